"""Writes the dense networks that bench/accelerate/run.py prunes and times, into artifacts/accelerate.

    python3 bench/accelerate/export.py [FOLDER]

resnet18, resnet50 and mobilenet_v2 are torchvision's, the encoder has four layers of 768 features, 12 heads, 3072 hidden units and GELU on 128 tokens,
fc_OUTxIN is one fully connected layer of batch 1. Weights are random with seed 0: speed depends on where the zeros are, not on accuracy.
"""
import os
import sys

import onnx
import torch
import torchvision
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "..", "artifacts", "accelerate")
LAYERS = [(1024, 1024), (4096, 1024), (1024, 4096), (3072, 768), (768, 3072)]


class Layer(torch.nn.Module):
    """One layer of a transformer encoder, normalised first."""

    def __init__(self, features=768, heads=12, hidden=3072):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (torch.nn.Linear(features, features) for _ in range(4))
        self.up, self.down = torch.nn.Linear(features, hidden), torch.nn.Linear(hidden, features)
        self.first, self.second = torch.nn.LayerNorm(features), torch.nn.LayerNorm(features)

    def split(self, x):
        return x.reshape(1, x.shape[1], self.heads, -1).transpose(1, 2)

    def forward(self, x):
        y = self.first(x)
        q, k, v = self.split(self.q(y)), self.split(self.k(y)), self.split(self.v(y))
        weights = torch.softmax(q @ k.transpose(-1, -2) / (q.shape[-1] ** 0.5), dim=-1)
        x = x + self.o((weights @ v).transpose(1, 2).reshape(x.shape))
        return x + self.down(torch.nn.functional.gelu(self.up(self.second(x))))


def network(name, model, example):
    path = os.path.join(FOLDER, name + ".onnx")
    torch.onnx.export(model.eval(), example, path, input_names=["input"], output_names=["output"], opset_version=17)


def layer(outs, ins):
    weights = torch.randn(outs, ins) / ins ** 0.5
    node = helper.make_node("Gemm", ["input", "w", "b"], ["output"], name="fc", transB=1)
    graph = helper.make_graph(
        [node], "fc",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, ins])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, outs])],
        [numpy_helper.from_array(weights.numpy(), "w"), numpy_helper.from_array(torch.randn(outs).numpy(), "b")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, os.path.join(FOLDER, f"fc_{outs}x{ins}.onnx"))


os.makedirs(FOLDER, exist_ok=True)
torch.manual_seed(0)
for name in ["resnet18", "resnet50", "mobilenet_v2"]:
    network(name, getattr(torchvision.models, name)(), torch.randn(1, 3, 224, 224))
network("encoder", torch.nn.Sequential(*[Layer() for _ in range(4)]), torch.randn(1, 128, 768))
for outs, ins in LAYERS:
    layer(outs, ins)
