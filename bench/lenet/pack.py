"""Packs the networks that train.py wrote, measures them in ONNX Runtime, and keeps the 4-bit ones in models/.

    dotnet build -c Release bench/Packing && dotnet build -c Release src/PruneSharp.Cli
    python3 bench/lenet/train.py OUT && python3 bench/lenet/pack.py OUT        # writes bench/results/lenet.md

Accuracy is that of the packed file itself in ONNX Runtime, on the 10,000 test pictures; for archives that of the file that unpack makes.
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
BIN = os.path.join(ROOT, "artifacts", "bin")
BENCH = os.path.join(BIN, "PruneSharp.Bench.Packing", "release", "PruneSharp.Bench.Packing")
CLI = os.path.join(BIN, "PruneSharp.Cli", "release", "PruneSharp.Cli")


def run(*args):
    return json.loads(subprocess.run(args, check=True, capture_output=True, text=True).stdout)


def accuracy(model):
    return run(BENCH, "accuracy", model)["accuracy"]


def main():
    folder = sys.argv[1]
    file = lambda name: os.path.join(folder, name)
    rows = [f"| dense | - | {os.path.getsize(file('dense.onnx')):,} | 1.0x | - | - | {accuracy(file('dense.onnx')):.2f} % |"]
    for name, label in (("pruned12x", "12x (91.67 % zeros)"), ("pruned20x", "20x (95 % zeros)")):
        for values in ("exact", "fp16", "codebook:3", "codebook:4", "codebook:5"):
            packed, archive, restored = file("packed.onnx"), file("packed.psz"), file("restored.onnx")
            report = run(CLI, "pack", file(f"{name}.onnx"), "-o", packed, "--values", values, "--force", "--json")
            small = run(CLI, "pack", file(f"{name}.onnx"), "-o", archive, "--values", values, "--container", "--force", "--json")
            run(CLI, "unpack", archive, "-o", restored, "--force", "--json")
            right = accuracy(packed)
            assert right == accuracy(restored), "the archive holds other weights"
            rows.append(f"| {label} | {values} | {report['outputBytes']:,} | {report['sizeRatio']:.1f}x | {small['outputBytes']:,} | {small['sizeRatio']:.1f}x | {right:.2f} % |")
            if values == "codebook:4":
                for source, extension in ((packed, "onnx"), (archive, "psz")):
                    with open(source, "rb") as stream, open(os.path.join(ROOT, "models", f"lenet300_{name[6:]}.{extension}"), "wb") as copy:
                        copy.write(stream.read())
    with open(file("accuracy.txt")) as log:
        trained = log.read().strip()
    with open(os.path.join(HERE, "..", "results", "lenet.md"), "w") as report:
        report.write(f"""# LeNet-300-100 on Fashion-MNIST, pruned and packed

`python3 bench/lenet/train.py OUT` trains (seed 0; 20 epochs dense, then 40 to 12x, then 40 to 20x; its head has the details), `python3
bench/lenet/pack.py OUT` packs and measures. 784-300-100-10, 266,200 weights and 410 biases, float32. Accuracy: ONNX Runtime 1.31.1 on
the packed file, 10,000 test pictures. Ratios: dense file / packed file.

| pruned | values | .onnx bytes | | .psz bytes | | accuracy |
|---|---|---:|---:|---:|---:|---:|
""" + "\n".join(rows) + f"""

The 4-bit networks are in [models](../../models). One seed: figures of another run differ by a few tenths of a percent. What the training
script printed, in PyTorch:

```
{trained}
```
""")


main()
