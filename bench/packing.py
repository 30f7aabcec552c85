"""Packing against dense models on the same machine, interleaved: bytes, load time, peak memory, run time, speed of packing.

    dotnet build -c Release bench/Packing && dotnet build -c Release src/PruneSharp.Cli
    python3 bench/packing.py            # Debian's python3-onnx; writes bench/results/packing.md

One matrix of 4096 x 4096 normally distributed float32 values (seed 0), of which a random share is zero, as the weight of one MatMul of
opset 13. Each load is a process of its own, on one thread: rounds in turn over all forms of the model, medians. Peak memory is VmHWM
after the load. Times are in rounds with the dense model, so ratios mean something on a noisy machine; absolute times do not.
"""
import json
import os
import statistics
import subprocess
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.join(HERE, "..", "artifacts", "bin")
BENCH = os.path.join(BIN, "PruneSharp.Bench.Packing", "release", "PruneSharp.Bench.Packing")
CLI = os.path.join(BIN, "PruneSharp.Cli", "release", "PruneSharp.Cli")
SIZE = 4096
ROUNDS = 9


def dense(path, sparsity):
    generator = np.random.default_rng(0)
    weights = generator.standard_normal((SIZE, SIZE), dtype=np.float32)
    weights[generator.random((SIZE, SIZE)) < sparsity] = 0
    vector = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", SIZE])
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "W"], ["y"])], "g", [vector("x")], [vector("y")], [numpy_helper.from_array(weights, "W")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7), path)


def run(*args):
    return json.loads(subprocess.run(args, check=True, capture_output=True, text=True).stdout)


def pack(source, path, *options):
    return run(CLI, "pack", source, "-o", path, "--json", "--force", *options)


def main():
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        file = lambda name: os.path.join(folder, name)
        for sparsity in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99):
            dense(file("dense.onnx"), sparsity)
            forms = {"dense": file("dense.onnx")}
            ratios = {"dense": 1}
            wanted = ["auto"] if sparsity not in (0.9, 0.95) else ["auto", "gaps", "gaps6", "bitmask", "sparse-initializer"]
            for form in wanted:
                report = pack(file("dense.onnx"), file(form), "--positions", form)
                assert report["maxAbsDifference"] == 0, report
                name = f"auto ({report['layers'][0]['positions']})" if form == "auto" else form
                forms[name], ratios[name] = file(form), report["sizeRatio"]
            bound = report["inputBytes"] / report["boundBytes"]
            archive = pack(file("dense.onnx"), file("a.psz"), "--container")["sizeRatio"]
            results = {name: [] for name in forms}
            for _ in range(ROUNDS):
                for name, path in forms.items():
                    results[name].append(run(BENCH, "load", path))
            assert len({r["outputs"] for rs in results.values() for r in rs}) == 1, "outputs differ"
            median = lambda name, key: statistics.median(r[key] for r in results[name])
            for name in forms:
                ratio = lambda key: median(name, key) / median("dense", key)
                lines.append(f"| {sparsity:.0%} | {name} | {ratios[name]:.2f}x | {ratio('loadMilliseconds'):.2f}x | {ratio('peakBytes'):.2f}x | {ratio('runMilliseconds'):.2f}x |")
            lines.append(f"| {sparsity:.0%} | archive (.psz) | {archive:.2f}x | - | - | - |")
            lines.append(f"| {sparsity:.0%} | *bound for incompressible values* | {bound:.2f}x | - | - | - |")
            if sparsity == 0.9:
                speed = run(BENCH, "pack", file("dense.onnx"), file("speed.onnx"))
    with open(os.path.join(HERE, "results", "packing.md"), "w") as report:
        report.write(f"""# Packing a 4096 x 4096 float32 matrix

`python3 bench/packing.py` (its head says what is measured and how). Values exact; every form gave bit-identical outputs in
ONNX Runtime 1.31.1. Sizes: dense / packed, larger is better. Load, peak and run: packed / dense, medians of {ROUNDS} interleaved processes.

| zeros | form | size | load | peak memory | run |
|---|---|---|---|---|---|
""" + "\n".join(lines) + f"""

Speed at 90 %, one thread, best of four: pack {speed['packMegabytesPerSecond']:.0f} MB/s of dense weights (read, choose, encode, write, flush to disk; without the
verification in ONNX Runtime that the command adds), archive {speed['archiveMegabytesPerSecond']:.0f} MB/s (to memory, with the restoration that it checks itself by).
""")


main()
