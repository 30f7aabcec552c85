"""Writes torch_prune.json and torch_prune.safetensors: what torch.nn.utils.prune does to modules, for the parity tests.

Run here with Debian's python3-torch (1.13):  /usr/bin/python3 make_torch_prune.py

Cases have no ties: one whose decision hangs on rounding is left out. A case prunes parameters of layers by steps, such as
"ln 0.4 inf -1 scores.x": method, amount, norm, dim, scores; "1: l1 2" prunes the second parameter, and "global" all of them. Masks are bits in
storage order, packed into hexadecimal. The safetensors file holds state and inputs of the layers, scores, and for each case with "run" and
each of its layers one flat tensor: the masked parameters in the case's order, the output, and the gradients of the sum of its squares in
the order of named_parameters(). "keys" are those of the layers' state_dict before, while and after they are pruned.
"""
import copy
import json
import struct

import numpy as np
import torch
from torch import nn
from torch.nn.utils import prune

torch.manual_seed(2026)
inf = float("inf")
make = {
    "linear": (lambda: nn.Linear(7, 5), [(3, 7)]), "linear_no_bias": (lambda: nn.Linear(7, 5, bias=False), [(3, 7)]),
    "conv1d": (lambda: nn.Conv1d(4, 6, 3, groups=2), [(1, 4, 4)]),
    "conv2d": (lambda: nn.Conv2d(3, 4, (2, 3)), [(1, 3, 4, 4)]), "conv2d_groups": (lambda: nn.Conv2d(4, 6, (3, 2), groups=2), [(1, 4, 4, 3)]),
    "conv3d": (lambda: nn.Conv3d(2, 3, 2), [(1, 2, 3, 3, 2)]), "conv_transpose2d": (lambda: nn.ConvTranspose2d(4, 6, (2, 3), groups=2), [(1, 4, 2, 1)]),
    "bilinear": (lambda: nn.Bilinear(3, 4, 5), [(2, 3), (2, 4)]), "prelu": (lambda: nn.PReLU(6), [(2, 6, 2)]),
    "batch_norm": (lambda: nn.BatchNorm2d(6).eval(), [(1, 6, 2, 2)]),
}
names = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}
layers, inputs, tensors, cases = {}, {}, {}, []


def draw(shape, dtype):
    """Values whose magnitudes differ: exact small numbers in short types, and in float64 some that are the same in float32."""
    n = torch.Size(shape).numel()
    signs = torch.randint(0, 2, (n,)) * 2 - 1
    if dtype in (torch.float16, torch.bfloat16):
        values = (torch.randperm(n) + 1) / 64 * signs
    else:
        values = torch.randn(n, dtype=dtype)
        if dtype == torch.float64:
            values[: n // 2] = signs[: n // 2] * (0.5 + (torch.randperm(n // 2) + 1).double() * 1e-10)
    values = values.to(dtype)[torch.randperm(n)]
    assert values.double().abs().unique().numel() == n
    return values.reshape(shape)


for name, (create, shapes) in make.items():
    for dtype in (torch.float32, torch.float64, torch.bfloat16, torch.float16):
        if dtype in (torch.bfloat16, torch.float16) and name not in ("linear", "conv2d"):
            continue
        layer = name + "." + str(dtype)[6:]
        module = create().to(dtype)
        for parameter in module.parameters():
            parameter.data = draw(parameter.shape, dtype)
        if name == "batch_norm":
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
        layers[layer] = module
        inputs[layer] = [torch.randn(shape).to(dtype) for shape in shapes]
        tensors.update({layer + "." + k: v for k, v in module.state_dict().items()})
        tensors.update({f"input.{layer}.{i}": x for i, x in enumerate(inputs[layer])})


def text(mask):
    return np.packbits(mask.flatten().ne(0).numpy()).tobytes().hex()


def scored(name, values):
    tensors["scores." + name] = values
    return "scores." + name


def decided(scores, amount, tolerance):
    """Whether the lowest are clearly apart from the others."""
    count = amount if isinstance(amount, int) else round(amount * len(scores))
    ordered = scores.sort().values
    return count in (0, len(ordered)) or bool(ordered[count] - ordered[count - 1] > tolerance * ordered[count].abs())


def clear(module, name, step):
    values = getattr(module, name).detach()
    ranked = tensors[step["scores"]] if step.get("scores") else values
    mask = getattr(module, name + "_mask", torch.ones_like(values))
    if step["method"] == "l1_unstructured":
        return decided(ranked[mask == 1].abs(), step["amount"], 0)
    if step["method"] != "ln_structured":
        return True
    dim = step["dim"] % values.dim()
    others = [d for d in range(values.dim()) if d != dim]
    alive = mask.sum(others) != 0
    norms = torch.norm(ranked.double(), p=float(step["n"]), dim=others)[alive]
    return decided(norms, step["amount"], 8 * torch.finfo(values.dtype).eps)


def apply(modules, parameters, step):
    scores = step.get("scores")
    if step["method"] == "global_unstructured":
        targets = [(modules[layer], name) for layer, name in parameters]
        given = {targets[0]: tensors[scores]} if scores else {}
        ranked = [given.get((m, n), getattr(m, n).detach())[getattr(m, n + "_mask", torch.ones_like(getattr(m, n))) == 1] for m, n in targets]
        if not decided(torch.cat(ranked).abs(), step["amount"], 0):
            return False
        prune.global_unstructured(targets, prune.L1Unstructured, importance_scores=given, amount=step["amount"])
        return True
    layer, name = parameters[step.get("parameter", 0)]
    module = modules[layer]
    if not clear(module, name, step):
        return False
    given = tensors[scores] if scores else None
    if step["method"] == "l1_unstructured":
        prune.l1_unstructured(module, name, step["amount"], given)
    elif step["method"] == "ln_structured":
        prune.ln_structured(module, name, step["amount"], float(step["n"]), step["dim"], given)
    else:
        prune.custom_from_mask(module, name, step["mask"].float())
    return True


def line(step):
    method = step["method"].split("_")[0]
    words = [method, *(str(step[k]) for k in ("amount", "n", "dim", "scores") if k in step)]
    if method == "custom":
        words.append(text(step["mask"]))
    return (f"{step['parameter']}: " if "parameter" in step else "") + " ".join(words)


def keys(modules):
    return [" ".join(m.state_dict()) for m in modules.values()]


def case(parameters, *steps, run=True):
    parameters = [tuple(p.rsplit(".", 1)) for p in ([parameters] if isinstance(parameters, str) else parameters)]
    modules = {layer: copy.deepcopy(layers[layer]) for layer, _ in parameters}
    found = [keys(modules)]
    if not all(apply(modules, parameters, step) for step in steps):
        return
    masked = [getattr(modules[layer], name) for layer, name in parameters]
    item = {"steps": [line(s) for s in steps], "masks": [text(getattr(modules[layer], name + "_mask")) for layer, name in parameters]}
    if run:
        item["run"] = [f"run{len(cases)}.{layer}" for layer in modules]
        for layer, module in modules.items():
            parts = [m for m, p in zip(masked, parameters) if p[0] == layer]
            output = module(*inputs[layer])
            (output * output).sum().backward()
            tensors[f"run{len(cases)}.{layer}"] = torch.cat([p.detach().flatten() for p in [*parts, output, *(p.grad for p in module.parameters())]])
    found.append(keys(modules))
    before = [m.detach().clone() for m in masked]
    for (layer, name), value in zip(parameters, before):
        assert torch.equal(prune.remove(modules[layer], name).state_dict()[name], value)
    found.append(keys(modules))
    if run:
        item["keys"] = found
    cases.append((" ".join(".".join(p) for p in parameters), item))


def l1(amount, **more):
    return {"method": "l1_unstructured", "amount": amount, **more}


def ln(amount, n, dim, **more):
    return {"method": "ln_structured", "amount": amount, "n": str(n), "dim": dim, **more}


def custom(shape, density=0.7, **more):
    return {"method": "custom_from_mask", "mask": torch.rand(shape) < density, **more}


def joint(amount, **more):
    return {"method": "global_unstructured", "amount": amount, **more}


def zeroed(shape, dim, dtype):
    """Scores whose channels have 0, 1, 2, ... zeros, in random order."""
    values = torch.randn(*shape).to(dtype).movedim(dim, 0).contiguous()
    for zeros, channel in enumerate(torch.randperm(values.shape[0]).tolist()):
        values[channel].view(-1)[:zeros] = 0
    return values.movedim(0, dim).contiguous()


for layer, module in layers.items():
    name, dtype = layer.rsplit(".", 1)
    weight, shape = layer + ".weight", module.weight.shape
    size = shape.numel()
    if dtype == "float16":  # topk and matrix products of 1.13 lack it on the CPU
        case(weight, custom(shape), run=False)
        case(weight, custom(shape), custom(shape), run=False)
        continue
    wide, most = dtype == "float32", dtype == "float32" or name in ("linear", "conv2d")
    case(weight, l1(0.35), run=wide)
    for amount in (0.0, 0.5, 1.0, 0, 1, size // 3, size) if name == "linear" else (0.5, size // 3):
        case(weight, l1(amount), run=False)
    if most:
        case(weight, l1(0.4, scores=scored(layer, draw(shape, module.weight.dtype))), run=False)
        case(weight, l1(2, scores="scores." + layer), l1(0.5), run=False)
    case(weight, custom(shape), run=wide and name == "linear")
    case(weight, l1(0.3), l1(0.3), run=False)
    case(weight, l1(1), l1(1), run=False)
    case(weight, l1(0.3), custom(shape), run=wide and len(shape) < 3)
    case(weight, custom(shape), l1(0.3), run=False)
    if getattr(module, "bias", None) is not None:
        case([weight, layer + ".bias"], l1(0.4), l1(2, parameter=1), run=wide)
    if len(shape) == 1:
        continue
    for dim in range(len(shape)):
        for i, n in enumerate((1, 2, 0.5, 3, inf, -inf) if most else (2,)):
            case(weight, ln(0.4 if (dim + i) % 2 else 1, n, dim if (dim + i) % 3 else dim - len(shape)), run=False)
        if wide and name in ("linear", "conv2d", "bilinear") and size // shape[dim] >= shape[dim]:
            case(weight, ln(0.5, 0, dim, scores=scored(f"zeroed{dim}.{layer}", zeroed(shape, dim, module.weight.dtype))), run=False)
    if most:
        case(weight, ln(1, 2, -1, scores="scores." + layer), run=False)
    case(weight, l1(0.1), ln(0.3, 2, 0), ln(0.1, inf, 1), run=most or name == "conv_transpose2d")
    case(weight, ln(1, 2, 0), ln(1, 1, 0), run=False)
    case(weight, ln(0.5, 1, 0), ln(0.5, 2, 0), run=False)
    case(weight, ln(1, 2, 0), ln(1, 2, 1), l1(0.2), run=False)
    case(weight, custom(shape), ln(0.5, 2, -1), run=False)

for dtype in ("float32", "float64", "bfloat16"):
    weights = [f"{layer}.{dtype}.weight" for layer in (["linear", "conv2d"] if dtype == "bfloat16" else ["linear", "conv2d", "conv1d", "prelu"])]
    case(weights, joint(4), run=False)
    case(weights, joint(0.2), run=dtype == "float32")
    case(weights, joint(1.0), run=False)
    case([*weights, f"linear.{dtype}.bias"], joint(0.5), run=False)
    case(weights, joint(0.3, scores="scores.linear." + dtype), run=False)
    case(weights, joint(0.3), joint(0.3), run=False)
    case(weights, l1(0.5, parameter=1), joint(0.25), run=False)
    case(weights, ln(0.4, 2, 0), joint(9), ln(1, 1, 1, parameter=1), run=dtype == "float32")

with open("torch_prune.json", "w") as file:
    groups = {}
    for parameters, item in cases:
        groups.setdefault(parameters, []).append(json.dumps(item, separators=(",", ":")))
    lines = ",\n".join(json.dumps(parameters) + ":[\n" + ",\n".join(items) + "]" for parameters, items in groups.items())
    file.write(f'{{"torch":"{torch.__version__}","cases":{{\n{lines}\n}}}}\n')
header, data = {}, b""
for name, tensor in sorted(tensors.items(), key=lambda t: -t[1].element_size()):
    raw = tensor.detach().contiguous().flatten()
    raw = bytes(raw.view({8: torch.int64, 4: torch.int32, 2: torch.int16}[raw.element_size()]).numpy().tobytes())
    header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
head = json.dumps(header, separators=(",", ":")).encode()
head += b" " * (-len(head) % 8)
with open("torch_prune.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(head)) + head + data)
print(len(cases), "cases,", sum("run" in c for _, c in cases), "with runs")
