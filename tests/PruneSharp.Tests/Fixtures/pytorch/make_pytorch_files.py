"""Writes the *.pt files beside it: what torch.save makes of state_dicts and checkpoints, for the tests of the reader.

Run with Debian's python3-torch (1.13) in this folder:  python3 make_pytorch_files.py
Values count up from 0 in row-major order, so that the tests need no second copy of them.
"""
import torch
from torch import nn


def count(*shape, dtype=torch.float32):
    return torch.arange(torch.Size(shape).numel()).reshape(shape).to(dtype)


# A plain state_dict with _metadata, as of a module.
net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
for tensor in net.state_dict().values():
    tensor.copy_(count(*tensor.shape))
torch.save(net.state_dict(), "net.pt")

# Every type that storages have.
types = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8,
         torch.complex64, torch.complex128]
torch.save({**{str(t).split(".")[1]: count(2, 2, dtype=t) for t in types}, "bool": torch.tensor([True, False, True])}, "types.pt")

# Views of one storage: offsets, strides, ties, repeats, nothing and scalars.
base = count(4, 6)
image = count(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)
torch.save({
    "base": base, "tied": base, "row": base[1], "column": base[:, 2], "transposed": base.t(), "inner": base[1:3, 2:5], "steps": base[::2, ::3],
    "repeated": torch.tensor([7.0]).expand(3, 2), "image": image, "scalar": torch.tensor(5.0), "empty": torch.zeros(0, 3), "one": count(1),
}, "views.pt")

# A checkpoint: tensors among other values, and parameters.
optimizer = torch.optim.Adam(net.parameters(), lr=0.5)
net(torch.ones(4, 2)).sum().backward()
optimizer.step()
torch.save({
    "epoch": 3, "loss": 0.25, "name": "späť", "best": None, "done": True, "steps": [1, 300, 70000, -1, 2**40, 2**70], "pair": (count(2), "x"),
    "state_dict": net.state_dict(), "optimizer": optimizer.state_dict(), "parameter": nn.Parameter(count(2)), 7: {"k": count(1)},
}, "checkpoint.pt")

# What is refused: a whole module, the format before 1.6, another protocol.
torch.save(nn.Linear(1, 1), "module.pt")
torch.save({"a": count(2)}, "legacy.pt", _use_new_zipfile_serialization=False)
torch.save({"a": count(2)}, "protocol4.pt", pickle_protocol=4)
torch.jit.script(nn.Linear(1, 1)).save("script.pt")
