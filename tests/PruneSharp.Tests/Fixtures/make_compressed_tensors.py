"""Writes compressed_tensors.json: sparse weights packed the way compressed-tensors (October 2025) packs them, with numpy alone.

Run with Debian's python3-numpy:  /usr/bin/python3 make_compressed_tensors.py > compressed_tensors.json
Data is hexadecimal. Row offsets above rank 2 are sums along the first axis only, as in compressed-tensors; "readOnly" marks them.
"""
import json
import sys

import numpy as np

random = np.random.default_rng(2026)
names = {"float16": "F16", "float32": "F32", "float64": "F64", "int64": "I64", "uint8": "U8"}


def tensor(a):
    a = np.array(a, order="C")
    return {"dtype": names[a.dtype.name], "shape": list(a.shape), "data": a.astype(a.dtype.newbyteorder("<")).tobytes().hex()}


def sparse(shape, dtype, density):
    return np.where(random.random(shape) < density, random.standard_normal(shape), 0).astype(dtype)


def bitmask(dense):
    kept = dense != 0
    counts = np.array(kept.sum(axis=-1, dtype=np.int64))
    offsets = np.cumsum(counts, axis=0) - counts if counts.ndim else np.zeros((), np.int64)
    return {"shape": tensor(np.array(dense.shape, np.int64)), "compressed": tensor(dense[kept]),
            "bitmask": tensor(np.packbits(kept, axis=-1, bitorder="little")), "row_offsets": tensor(offsets.reshape(dense.shape[:-1]))}


def two_of_four(dense):
    groups = np.abs(dense.reshape(-1, 4))
    kept = np.zeros(groups.shape, bool)
    np.put_along_axis(kept, np.argsort(-groups, axis=1, kind="stable")[:, :2], True, axis=1)
    kept = kept.reshape(dense.shape)
    return {"shape": tensor(np.array(dense.shape, np.int64).reshape(-1, 1)), "compressed": tensor(dense[kept].reshape(len(dense), -1)),
            "bitmask": tensor(np.packbits(kept, axis=-1, bitorder="little"))}


cases = []
for shape, dtype, density in [((5, 27), "float32", 0.2), ((3, 64), "float16", 0.1), ((40,), "float64", 0.1), ((5, 20), "float32", 0.0),
                              ((2, 2, 2, 17), "float32", 0.2)]:
    dense = sparse(shape, dtype, density)
    cases.append({"format": "sparse-bitmask", "readOnly": len(shape) > 2, "dense": tensor(dense), "parts": bitmask(dense)})
for shape, dtype in [((5, 16), "float16"), ((4, 28), "float32")]:
    dense = sparse(shape, dtype, 0.8).reshape(-1, 4)
    dense[random.permuted(np.tile([True, True, False, False], (len(dense), 1)), axis=1)] = 0
    dense = dense.reshape(shape)
    cases.append({"format": "sparse-24-bitmask", "readOnly": False, "dense": tensor(dense), "parts": two_of_four(dense)})

json.dump({"numpy": np.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
