"""Trains LeNet-300-100 on Fashion-MNIST, prunes it 12x and 20x gradually, and writes the networks as ONNX files.

    apt-get install python3-torch python3-onnx dataset-fashion-mnist
    python3 bench/lenet/train.py OUT        # dense.onnx, pruned12x.onnx, pruned20x.onnx and accuracy.txt in OUT; about 15 minutes

One seed, CPU only. Dense: 20 epochs of Adam, batch 256, cosine rate. Pruned 12x: from the dense network, 40 epochs, global magnitude on the
three weight matrices with a cubic schedule over the first 60 % of the steps; pruned weights stay zero. Pruned 20x: the same again, from
the 12x network. The network of the last epoch is kept, whatever its accuracy, so the test set chooses nothing. Its 10,000 pictures
are used for the figures in accuracy.txt only.
"""
import glob
import gzip
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional

SEED = 0
BATCH = 256
DENSE_EPOCHS = 20
PRUNED_EPOCHS = 40
SPARSITIES = {"pruned12x": 1 - 1 / 12, "pruned20x": 1 - 1 / 20}


def folder():
    for place in [os.environ.get("FASHION_MNIST_DIR"), *glob.glob("/usr/share/datasets/fashion-mnist*")]:
        if place and os.path.isdir(place):
            return place
    sys.exit("Fashion-MNIST is missing: install the package dataset-fashion-mnist, or set FASHION_MNIST_DIR.")


def read(name, header):
    with gzip.open(os.path.join(folder(), name)) as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


def data(part):
    pictures = read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255
    return torch.from_numpy(pictures), torch.from_numpy(read(f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int64))


def accuracy(model, pictures, labels):
    model.eval()
    with torch.no_grad():
        return (model(pictures).argmax(1) == labels).float().mean().item() * 100


def masks(matrices, sparsity):
    scores = torch.cat([m.detach().abs().flatten() for m in matrices])
    count = round(sparsity * scores.numel())
    if count == 0:
        return [torch.ones_like(m) for m in matrices]
    threshold = scores.kthvalue(count).values
    return [(m.detach().abs() > threshold).float() for m in matrices]


def train(model, pictures, labels, epochs, start, end):
    generator = torch.Generator().manual_seed(SEED)
    matrices = [m.weight for m in model if isinstance(m, nn.Linear)]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    steps = epochs * -(-len(pictures) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    kept = masks(matrices, start)
    last = int(0.6 * steps)
    step = 0
    for _ in range(epochs):
        model.train()
        for batch in torch.randperm(len(pictures), generator=generator).split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(model(pictures[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
            step += 1
            if end > start and step <= last and (step % 32 == 0 or step == last):
                kept = masks(matrices, end - (end - start) * (1 - step / last) ** 3)
            with torch.no_grad():
                for matrix, mask in zip(matrices, kept):
                    matrix.mul_(mask).add_(0)  # the product alone leaves -0 where a weight was negative


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    pictures, labels = data("train")
    test_pictures, test_labels = data("t10k")
    model = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
    before = 0
    with open(os.path.join(out, "accuracy.txt"), "w") as report:
        for name, sparsity in {"dense": 0, **SPARSITIES}.items():
            train(model, pictures, labels, PRUNED_EPOCHS if sparsity else DENSE_EPOCHS, before, sparsity)
            before = sparsity
            matrices = [m.weight for m in model if isinstance(m, nn.Linear)]
            zeros = sum((m == 0).sum().item() for m in matrices) / sum(m.numel() for m in matrices)
            line = f"{name}: {accuracy(model, test_pictures, test_labels):.2f} % of 10,000 test pictures, {zeros:.4%} of 266,200 weights zero"
            print(line, flush=True)
            report.write(line + "\n")
            torch.onnx.export(
                model, torch.zeros(1, 784), os.path.join(out, f"{name}.onnx"), opset_version=13,
                input_names=["pictures"], output_names=["scores"], dynamic_axes={"pictures": {0: "batch"}, "scores": {0: "batch"}})


main()
