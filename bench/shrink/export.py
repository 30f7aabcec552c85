"""Exports the networks that channel removal is measured on: torchvision's architectures with random weights, as ONNX files.

    apt-get install python3-torch python3-torchvision python3-onnx
    python3 bench/shrink/export.py [--force] [OUT [NAME...]]    # all networks, into artifacts/shrink

A line each: name, parameters of the PyTorch module, nodes, bytes, seconds. Files that exist are skipped unless --force is given. _bn keeps
the BatchNormalization nodes that the others fold into their convolutions, _dyn leaves the batch free, _dynhw batch, height and width,
_op13 has LayerNormalization in pieces, _int8 is quantised (QDQ).

Seed 0, so a network does not depend on which others are exported. As built, much of them would not show in their outputs: biases and ViT's
head are 0, ConvNeXt's layer scales 1e-6, depthwise convolutions lose the signal. So linear layers keep the variance, BatchNorm has the
statistics of a few random pictures, disturbed, and what starts as a constant becomes random. Each network is checked: its outputs are of
a sensible size and differ from picture to picture, the graph is valid and has standard operators only.
"""
import argparse
import os
import sys
import time
import warnings
from dataclasses import dataclass
from functools import partial
from typing import Callable

import onnx
import torch
from torch import nn
from torchvision import models
from torchvision.models import detection, segmentation

import quantize

BATCH = 4  # pictures for the statistics of BatchNorm and for the ranges of quantised activations


@dataclass
class Net:
    build: Callable[[], nn.Module]
    size: int = 224
    opset: int = 13
    free: str = ""  # free dimensions of input and outputs: "n", "nhw"
    unfused: bool = False
    int8: bool = False
    detector: bool = False


class Scores(nn.Module):
    """A segmentation network that returns its scores, not a dictionary."""

    def __init__(self, build):
        super().__init__()
        self.model = build(weights=None, weights_backbone=None)

    def forward(self, x):
        return self.model(x)["out"]


inception = dict(weights=None, aux_logits=False, transform_input=False, init_weights=True)
vit_small = partial(models.VisionTransformer, image_size=224, patch_size=16, num_layers=4, num_heads=6, hidden_dim=192, mlp_dim=768)
ssdlite = partial(detection.ssdlite320_mobilenet_v3_large, weights=None, weights_backbone=None)

NETWORKS = {
    "resnet18": Net(models.resnet18),
    "resnet50": Net(models.resnet50),
    "mobilenet_v2": Net(models.mobilenet_v2),
    "densenet121": Net(models.densenet121),
    "shufflenet_v2_x1_0": Net(models.shufflenet_v2_x1_0),
    "mobilenet_v3_small": Net(models.mobilenet_v3_small),
    "efficientnet_b0": Net(models.efficientnet_b0),
    "regnet_y_400mf": Net(models.regnet_y_400mf),
    "regnet_x_400mf": Net(models.regnet_x_400mf),
    "resnext50_32x4d": Net(models.resnext50_32x4d),
    "inception_v3": Net(partial(models.inception_v3, **inception), size=299),
    "googlenet": Net(partial(models.googlenet, **inception)),
    "squeezenet1_1": Net(models.squeezenet1_1),
    "vgg11_bn": Net(models.vgg11_bn),
    "mnasnet1_0": Net(models.mnasnet1_0),
    "convnext_tiny": Net(models.convnext_tiny, opset=17),
    "swin_t": Net(models.swin_t, opset=17),
    "maxvit_t": Net(models.maxvit_t, opset=17),
    "vit_small": Net(vit_small, opset=17),
    "vit_small_op13": Net(vit_small),
    "deeplabv3_resnet50": Net(partial(Scores, segmentation.deeplabv3_resnet50)),
    "deeplabv3_mobilenet_v3_large": Net(partial(Scores, segmentation.deeplabv3_mobilenet_v3_large)),
    "lraspp_mobilenet_v3_large": Net(partial(Scores, segmentation.lraspp_mobilenet_v3_large)),
    "fcn_resnet50": Net(partial(Scores, segmentation.fcn_resnet50)),
    "ssdlite320_mobilenet_v3_large": Net(ssdlite, size=320, detector=True),
    "resnet18_bn": Net(models.resnet18, unfused=True),
    "mobilenet_v2_bn": Net(models.mobilenet_v2, unfused=True),
    "resnet18_dyn": Net(models.resnet18, free="n"),
    "mobilenet_v2_dyn": Net(models.mobilenet_v2, free="n"),
    "shufflenet_v2_x1_0_dyn": Net(models.shufflenet_v2_x1_0, free="n"),
    "vit_small_dyn": Net(vit_small, opset=17, free="n"),
    "swin_t_dyn": Net(models.swin_t, opset=17, free="n"),
    "resnet18_dynhw": Net(models.resnet18, free="nhw"),
    "mobilenet_v3_small_dynhw": Net(models.mobilenet_v3_small, free="nhw"),
    "deeplabv3_mobilenet_v3_large_dynhw": Net(partial(Scores, segmentation.deeplabv3_mobilenet_v3_large), free="nhw"),
    "resnet18_int8": Net(models.resnet18, int8=True),
    "mobilenet_v2_int8": Net(models.mobilenet_v2, int8=True),
}


def pictures(net, count):
    return list(torch.rand(count, 3, net.size, net.size)) if net.detector else torch.randn(count, 3, net.size, net.size)


def randomise(model, net):
    for module in model.modules():
        if isinstance(module, nn.Linear):
            module.weight.normal_(0, module.in_features ** -0.5)
        elif isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            module.weight.uniform_(0.5, 1.5)
            module.bias.normal_(0, 0.1)
    for name, parameter in model.named_parameters():
        if name.endswith("layer_scale"):
            parameter.uniform_(0.1, 1)
        elif name.endswith(("relative_position_bias_table", "pos_embedding", "class_token")):
            parameter.normal_(0, 0.2)
        elif not parameter.any():
            parameter.normal_(0, 0.1)
        if net.detector and "classification_head" in name and name.endswith("bias"):
            parameter.normal_(0, 1)
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    momenta = [m.momentum for m in norms]
    for norm in norms:
        norm.train().momentum = 1
    model(pictures(net, BATCH))
    for norm, momentum in zip(norms, momenta):
        norm.eval().momentum = momentum
        variance = norm.running_var.clamp(min=norm.running_var.mean().item() / 100)
        norm.running_mean += variance.sqrt() * torch.randn_like(variance) * 0.1
        norm.running_var = variance * torch.empty_like(variance).uniform_(0.55, 1.65)  # the mean of 1/x is 1: signals do not grow


def check_outputs(model, net):
    if net.detector:
        if any(len(found["boxes"]) == 0 for found in model(pictures(net, 2))):
            raise ValueError("finds no boxes")
        return
    first, second = model(pictures(net, 2))
    size = max(first.abs().max().item(), second.abs().max().item())
    change = (first - second).abs().max().item() / size
    if not 1e-3 < size < 1e4 or not change > 1e-2:
        raise ValueError(f"outputs reach {size:.3g} and change by {change:.3g} of that")


def export(net, path):
    torch.manual_seed(0)
    model = net.build().eval()
    with torch.no_grad():
        randomise(model, net)
        check_outputs(model, net)
    axes = {axis: name for axis, name, letter in ((0, "batch", "n"), (2, "height", "h"), (3, "width", "w")) if letter in net.free}
    free = {"input": axes, "output": axes if isinstance(model, Scores) else {0: "batch"}} if axes else None
    unfused = dict(training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False) if net.unfused else {}
    # Gradients stay enabled: without them nn.MultiheadAttention is one operator that ONNX does not have.
    torch.onnx.export(
        model, (pictures(net, 1),), path, opset_version=net.opset, input_names=["input"], dynamic_axes=free,
        output_names=["boxes", "scores", "labels"] if net.detector else ["output"], **unfused)
    if net.int8:
        onnx.save(quantize.quantize(onnx.load(path), pictures(net, BATCH)), path)
    onnx.checker.check_model(path)
    graph = onnx.load(path).graph
    odd = sorted({f"{n.domain}::{n.op_type}" for n in graph.node if n.domain not in ("", "ai.onnx")})
    if odd:
        raise ValueError("operators outside ONNX: " + ", ".join(odd))
    return sum(p.numel() for p in model.parameters()), len(graph.node)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", nargs="?", default="artifacts/shrink")
    parser.add_argument("names", nargs="*", metavar="NAME", help="networks, all if none is named: " + ", ".join(NETWORKS))
    parser.add_argument("--force", action="store_true", help="export files that exist again")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NETWORKS]
    if unknown:
        parser.error("no network named " + ", ".join(unknown))
    os.makedirs(options.out, exist_ok=True)
    warnings.filterwarnings("ignore")  # the tracer's, on sizes that become constants
    failed = []
    for name in options.names or NETWORKS:
        path = os.path.join(options.out, name + ".onnx")
        if os.path.exists(path) and not options.force:
            continue
        start, temporary = time.time(), path + ".tmp"
        try:
            parameters, nodes = export(NETWORKS[name], temporary)
            os.replace(temporary, path)
            print(f"{name:35}{parameters:12,}{nodes:7,}{os.path.getsize(path):14,}{time.time() - start:7.1f}", flush=True)
        except Exception as error:
            failed.append(name)
            print(f"{name:35} {type(error).__name__}: {str(error).strip().splitlines()[0]}", file=sys.stderr, flush=True)
            if os.path.exists(temporary):
                os.remove(temporary)
    if failed:
        sys.exit("Failed: " + ", ".join(failed))


main()
