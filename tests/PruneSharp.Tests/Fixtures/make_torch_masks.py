"""Writes torch_masks.json: masks that PyTorch's pruning module computes, for the parity tests.

Run with Debian's python3-torch (1.13):  python3 make_torch_masks.py > torch_masks.json
Weights are given as float32 bit patterns, masks as strings of 0 and 1 in storage order.
"""
import json
import sys

import torch
from torch import nn
from torch.nn.utils import prune


def bits(tensor):
    return tensor.detach().contiguous().view(torch.int32).flatten().tolist()


def text(mask):
    return "".join("1" if x else "0" for x in mask.flatten().tolist())


def distinct(*shape):
    """Random weights whose magnitudes differ: multiples of 1/n in random order, with random signs."""
    n = torch.Size(shape).numel()
    t = (torch.randperm(n).float() + 1) / n * (torch.randint(0, 2, (n,)) * 2 - 1)
    assert t.abs().unique().numel() == n
    return t.reshape(shape)


class Holder(nn.Module):
    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight)


torch.manual_seed(2026)
cases = []
for shape in [(7,), (5, 9), (16, 8, 3, 3), (60, 100), (6, 4, 5, 2, 3)]:
    weight = distinct(*shape)
    for amount in [0.0, 0.1, 0.35, 0.5, 0.9, 1.0, 3]:
        module = Holder(weight.clone())
        prune.l1_unstructured(module, "weight", amount)
        cases.append({"kind": "l1_unstructured", "shape": shape, "weight": bits(weight) if amount == 0.0 else None,
                      "amount": amount, "isCount": isinstance(amount, int), "mask": text(module.weight_mask)})

for shape in [(6, 5), (8, 4, 3, 3), (5, 4, 2)]:
    weight = torch.randn(*shape)
    first = True
    for dim in range(-1, len(shape)):
        for n in [1, 2, 3.5, float("inf"), float("-inf"), 0]:
            if n == 0:
                continue  # every channel scores the same: ties, which PyTorch leaves open
            for amount in [0.3, 0.5, 2]:
                module = Holder(weight.clone())
                prune.ln_structured(module, "weight", amount, n, dim)
                cases.append({"kind": "ln_structured", "shape": shape, "weight": bits(weight) if first else None, "amount": amount,
                              "isCount": isinstance(amount, int), "n": str(n), "dim": dim, "mask": text(module.weight_mask)})
                first = False

shapes = [(5, 9), (16, 8, 3, 3), (10,), (40, 30)]
joint = distinct(sum(torch.Size(s).numel() for s in shapes))
weights = [w.reshape(s) for w, s in zip(joint.split([torch.Size(s).numel() for s in shapes]), shapes)]
for amount in [0.2, 0.5, 0.95, 7]:
    modules = [Holder(w.clone()) for w in weights]
    prune.global_unstructured([(m, "weight") for m in modules], prune.L1Unstructured, amount=amount)
    cases.append({"kind": "global_unstructured", "shapes": shapes, "weights": [bits(w) for w in weights] if amount == 0.2 else None,
                  "amount": amount, "isCount": isinstance(amount, int), "masks": [text(m.weight_mask) for m in modules]})

ties = torch.tensor([-2.0, 0.0, 2.0])[torch.randint(0, 3, (10, 7))]
for amount in [0.2, 0.5, 0.77, 33]:
    module = Holder(ties.clone())
    prune.l1_unstructured(module, "weight", amount)
    cases.append({"kind": "ties", "shape": (10, 7), "weight": bits(ties), "amount": amount, "isCount": isinstance(amount, int),
                  "pruned": int((module.weight_mask == 0).sum())})

json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
