"""Sparse kernels against ONNX Runtime's own on the same pruned weights: speed of whole models on this machine.

    dotnet build -c Release src/PruneSharp.Cli
    python3 bench/accelerate/export.py            # the dense networks, into artifacts/accelerate
    python3 bench/accelerate/run.py [NAME...]     # writes bench/results/accelerate.md and accelerate.json

Every layer is pruned by magnitude to the same sparsity (`prune --allocation local`); of mobilenet_v2 only the 1x1 convolutions. `prunesharp bench`
times the model densely and sparsely in blocks that take turns. The ratios are of the 10th percentiles, which another program on the machine disturbs
least, with those of the medians in brackets. A target that the issue sets stands behind its figure. Rows of earlier runs stay in the JSON file.
"""
import glob
import json
import math
import os
import subprocess
import sys

import onnx

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
CLI = os.path.join(ROOT, "artifacts", "bin", "PruneSharp.Cli", "release", "PruneSharp.Cli")
MODELS = os.path.join(ROOT, "artifacts", "accelerate")
RESULTS = os.path.join(HERE, "..", "results", "accelerate.json")
TABLE = os.path.join(HERE, "..", "results", "accelerate.md")
FC = [os.path.basename(f)[:-5] for f in sorted(glob.glob(os.path.join(MODELS, "fc_*.onnx")))]
SPARSITIES = [50, 70, 80, 90, 95]

# name: (models whose ratios are averaged, structure, threads, targets by sparsity)
ROWS = {
    "resnet18 unstructured": (["resnet18"], "unstructured", 1, {70: 1.8, 80: 2.5, 90: 4.5, 95: 6.5}),
    "resnet18 4x1 blocks": (["resnet18"], "block:4x1", 1, {70: 2.4, 80: 3.2, 90: 5, 95: 7.5}),
    "resnet18 2x1 blocks": (["resnet18"], "block:2x1", 1, {70: 2.4, 80: 3.2, 90: 5, 95: 7.5}),
    "resnet18 unstructured, 2 threads": (["resnet18"], "unstructured", 2, {70: 1.4, 80: 2, 90: 3.3, 95: 4.5}),
    "resnet18 4x1 blocks, 2 threads": (["resnet18"], "block:4x1", 2, {80: 2.6, 90: 4}),
    "resnet50 unstructured": (["resnet50"], "unstructured", 1, {80: 2.3, 90: 3.5}),
    "resnet50 4x1 blocks": (["resnet50"], "block:4x1", 1, {80: 2.8, 90: 4.2}),
    "encoder unstructured": (["encoder"], "unstructured", 1, {70: 2, 80: 2.6, 90: 4, 95: 5.3}),
    "fully connected, batch 1, unstructured": (FC, "unstructured", 1, {70: 2.2, 80: 3, 90: 4.8, 95: 7}),
    "fully connected, batch 1, 4x1 blocks": (FC, "block:4x1", 1, {80: 5, 90: 9, 95: 17}),
    "mobilenet_v2, 1x1 layers": (["mobilenet_v2"], "unstructured", 1, {80: 1.2, 90: 1.5}),
    "resnet18 unstructured, little pruned": (["resnet18"], "unstructured", 1, {0: 0.97, 30: 0.97, 60: 0.97}),
    "mobilenet_v2, 1x1 layers, little pruned": (["mobilenet_v2"], "unstructured", 1, {0: 0.97, 30: 0.97, 60: 0.97}),
    "encoder unstructured, little pruned": (["encoder"], "unstructured", 1, {0: 0.97, 30: 0.97, 60: 0.97}),
    "fully connected, batch 1, little pruned": (FC, "unstructured", 1, {0: 0.97, 30: 0.97, 60: 0.97}),
}


def only(name):
    """Options that keep pruning to the 1x1 convolutions of mobilenet_v2."""
    if name != "mobilenet_v2":
        return []
    graph = onnx.load(os.path.join(MODELS, name + ".onnx")).graph
    shapes = {w.name: list(w.dims) for w in graph.initializer}
    return [o for n in graph.node if n.op_type == "Conv" and shapes[n.input[1]][2:] == [1, 1] for o in ("--only", n.name)]


def measure(name, structure, sparsity, threads):
    model, pruned = os.path.join(MODELS, name + ".onnx"), os.path.join(MODELS, "pruned.tmp")
    subprocess.run([CLI, "prune", model, "-o", pruned, "--force", "--amount", f"{sparsity}%", "--allocation", "local", "--structure", structure, *only(name)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = subprocess.run([CLI, "bench", pruned, "--threads", str(threads), "--json"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    report = json.loads(done.stdout)
    return {k: report[k] for k in ("speedRatio", "speedRatioP10", "denseMillisecondsP10", "sparseMillisecondsP10", "maxRelativeDifference", "pass", "regionCount")}


def mean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def cpu():
    return next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))


def write(results):
    with open(RESULTS, "w") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    vectors = "AVX-512" if "avx512f" in open("/proc/cpuinfo").read() else "AVX2"
    lines = [
        "# Sparse kernels against ONNX Runtime's own", "",
        f"`python3 bench/accelerate/run.py` on {cpu()} ({vectors}, two shared cores). Ratio of the 10th percentiles (of the medians), and the target where there is one.",
        "Every layer is pruned to the sparsity of the column; fully connected rows are geometric means over " + ", ".join(n[3:].replace("x", " x ") for n in FC) + " [out x in].", ""]
    for title, columns in [("", SPARSITIES), ("Little pruned: the engine must step aside", [0, 30, 60])]:
        rows = [r for r in ROWS if any(str(s) in results.get(r, {}) for s in columns) and ("little" in r) == bool(title)]
        if title:
            lines += [f"## {title}", ""]
        lines += ["| | " + " | ".join(f"{s} %" for s in columns) + " |", "|---|" + "---|" * len(columns)]
        for row in rows:
            cells = []
            for s in columns:
                found = results[row].get(str(s))
                target = ROWS[row][3].get(s)
                goal = f"; target {target}" + ("" if found and mean([f["speedRatioP10"] for f in found]) >= target else " MISSED") if target else ""
                cells.append(f"{mean([f['speedRatioP10'] for f in found]):.2f}x ({mean([f['speedRatio'] for f in found]):.2f}{goal})" if found else "")
            lines.append(f"| {row} | " + " | ".join(cells) + " |")
        lines.append("")
    worst = max(f["maxRelativeDifference"] for row in results.values() for found in row.values() for f in found)
    lines += [f"Largest difference of any output: {worst:.1e} of its largest value.", ""]
    with open(TABLE, "w") as file:
        file.write("\n".join(lines))


if __name__ == "__main__":
    results = json.load(open(RESULTS)) if os.path.exists(RESULTS) else {}
    for row in [r for r in ROWS if not sys.argv[1:] or any(name in r for name in sys.argv[1:])]:
        names, structure, threads, targets = ROWS[row]
        for sparsity in [0, 30, 60] if "little" in row else SPARSITIES:
            found = [measure(name, structure, sparsity, threads) for name in names]
            results.setdefault(row, {})[str(sparsity)] = found
            print(f"{row} {sparsity} %: {mean([f['speedRatioP10'] for f in found]):.2f}x, target {targets.get(sparsity, '-')}", flush=True)
            write(results)
