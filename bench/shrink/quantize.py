"""Quantises a float32 convolutional network in QDQ form: int8 weights a scale per output channel, uint8 activations, int32 biases.

export.py uses it. It knows the operators of ResNet and MobileNetV2; the ranges of activations are those of the pictures given.
"""
import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch.nn import functional


def attributes(node):
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def padded(x, pads, value):
    top, left, bottom, right = pads
    return functional.pad(x, (left, right, top, bottom), value=value)


def dequantize(x, scale, zero):
    shape = (-1,) + (1,) * (x.dim() - 1) if scale.dim() else ()
    return (x.float() - zero.float().reshape(shape)) * scale.reshape(shape)


def apply(node, x, w=None, b=None):
    a, op = attributes(node), node.op_type
    if op == "Conv":
        return functional.conv2d(padded(x, a["pads"], 0), w, b, a["strides"], 0, a["dilations"], a["group"])
    if op == "Gemm" and a.get("transB") and not a.get("transA"):
        return functional.linear(x, w, b)
    if op == "MaxPool":
        return functional.max_pool2d(padded(x, a["pads"], -torch.inf), a["kernel_shape"], a["strides"])
    if op == "Clip":
        return x.clamp(w.item(), b.item())
    if op == "QuantizeLinear":
        return (torch.round(x / w) + b.float()).clamp(0, 255).to(torch.uint8)
    if op == "DequantizeLinear":
        return dequantize(x, w, b)
    return {
        "Add": lambda: x + w, "Relu": lambda: x.relu(), "GlobalAveragePool": lambda: x.mean((2, 3), True), "Flatten": lambda: x.flatten(1),
        "Identity": lambda: x}[op]()


@torch.no_grad()
def run(model, pictures):
    """The value of every tensor of the graph."""
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in model.graph.initializer}
    values[model.graph.input[0].name] = pictures
    for node in model.graph.node:
        if node.op_type == "Constant":
            values[node.output[0]] = torch.from_numpy(numpy_helper.to_array(attributes(node)["value"]).copy())
        else:
            values[node.output[0]] = apply(node, *(values[name] for name in node.input))
    return values


def quantize(model, pictures):
    values, graph = run(model, pictures), model.graph
    weights = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    output = graph.output[0].name
    consumers = {}
    for node in graph.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)
    nodes, tensors, scales = [], {}, {}

    def tensor(name, array):
        tensors[name] = numpy_helper.from_array(array, name)
        return name

    def activation(name, same_as=None):
        """Quantises the tensor and dequantises it again, under another name."""
        if same_as:
            scales[name] = scales[same_as]
        else:
            low, high = min(values[name].min().item(), 0), max(values[name].max().item(), 0)
            scale = np.float32((high - low) / 255)
            scales[name] = scale, tensor(name + "_scale", np.array(scale)), tensor(name + "_zero", np.array(round(-low / scale), np.uint8))
        _, scale, zero = scales[name]
        source, result = (name + "_float", name) if name == output else (name, name + "_dequantized")
        nodes.append(helper.make_node("QuantizeLinear", [source, scale, zero], [name + "_quantized"]))
        nodes.append(helper.make_node("DequantizeLinear", [name + "_quantized", scale, zero], [result]))
        return result

    def stored(name, integers, scale):
        scale, zero = tensor(name + "_scale", scale.astype(np.float32)), tensor(name + "_zero", np.zeros(len(scale), integers.dtype))
        nodes.append(helper.make_node("DequantizeLinear", [tensor(name, integers), scale, zero], [name + "_dequantized"], axis=0))
        return name + "_dequantized"

    renamed = {graph.input[0].name: activation(graph.input[0].name)}
    for node in graph.node:
        before = node.input[0] if node.input else None
        inputs = [renamed.get(name, name) for name in node.input]
        if node.op_type in ("Conv", "Gemm"):
            weight, bias = (weights[name] for name in node.input[1:])
            scale = np.abs(weight).reshape(len(weight), -1).max(1) / 127
            rounded = np.rint(weight / scale.reshape((-1,) + (1,) * (weight.ndim - 1))).astype(np.int8)
            inputs[1] = stored(node.input[1], rounded, scale)
            scale = scale * scales[before][0]
            inputs[2] = stored(node.input[2], np.rint(bias / scale).astype(np.int32), scale)
        result = node.output[0]
        nodes.append(helper.make_node(
            node.op_type, inputs, [result + "_float" if result == output else result], node.name, **attributes(node)))
        fused = [n.op_type for n in consumers.get(result, [])] in (["Relu"], ["Clip"])  # one step of the quantised network
        if node.op_type != "Constant" and not fused:
            renamed[result] = activation(result, before if node.op_type in ("MaxPool", "Flatten") else None)
    quantized = helper.make_model(
        helper.make_graph(nodes, graph.name, graph.input, graph.output, list(tensors.values())), opset_imports=model.opset_import,
        producer_name=model.producer_name, ir_version=model.ir_version)

    # Node by node: over the whole network, rounding can move an untrained one as far as another picture does.
    actual = run(quantized, pictures)
    for node in graph.node:
        if node.op_type != "Constant":
            inputs = [values[name] if name in weights else actual[renamed.get(name, name)] for name in node.input]
            expected = apply(node, *inputs)
            result = node.output[0]
            error = ((actual[renamed.get(result, result)] - expected).norm() / expected.norm()).item()
            if not error < 0.05:
                raise ValueError(f"quantising changes {result} by {error:.3f} of it")
    first, second = actual[output][:2]
    if not (first - second).abs().max() > 1e-2 * first.abs().max():
        raise ValueError("the quantised outputs do not depend on the picture")
    return quantized
