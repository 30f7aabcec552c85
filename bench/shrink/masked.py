"""A network with channels that torch.nn.utils.prune zeroed, for `prunesharp shrink --dead` (docs/shrink.md).

    apt-get install python3-torch python3-onnx
    python3 bench/shrink/masked.py masked.onnx [--biases]

Three convolutions of 32, 64 and 64 channels on 30 x 30 pictures, a mean and a linear layer, seed 0. Half of each convolution's filters are zeroed by
ln_structured; their biases too, unless --biases is given.
"""
import sys

import torch
from torch import nn
from torch.nn.utils import prune

torch.manual_seed(0)
convolutions = [nn.Conv2d(3, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1), nn.Conv2d(64, 64, 3, padding=1)]
for layer in convolutions:
    prune.ln_structured(layer, "weight", amount=0.5, n=2, dim=0)
    prune.remove(layer, "weight")
    if "--biases" not in sys.argv:
        with torch.no_grad():
            layer.bias[layer.weight.abs().amax((1, 2, 3)) == 0] = 0
parts = [part for layer in convolutions for part in (layer, nn.ReLU())]
net = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)).eval()
torch.onnx.export(net, torch.zeros(1, 3, 30, 30), sys.argv[1], opset_version=13, input_names=["x"], dynamic_axes={"x": [0]})
