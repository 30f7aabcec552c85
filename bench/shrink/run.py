"""Shrinking torchvision's networks: parameters, verification, speed and analysis time, in ONNX Runtime on this machine.

    dotnet build -c Release src/PruneSharp.Cli
    python3 bench/shrink/export.py                 # the networks, into artifacts/shrink
    python3 bench/shrink/run.py [FOLDER [NAME...]] # writes bench/results/shrink.md and shrink.json

For each network: half of every family, unaligned (`--amount 0.5 --align 1 --keep-slower`), with the count of parameters and the
largest difference to the masked model over its scale; then 30 % of every family at the default alignment (`--amount 0.3`), with the time
of a run before and after, measured in turns on one thread, medians. Analysis is a whole process (`--explain` of one channel: start of
.NET, two runs of the model for its shapes, analysis). Results of earlier runs stay in the JSON file, so that the table can be made in
several runs.
"""
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
CLI = os.path.join(ROOT, "artifacts", "bin", "PruneSharp.Cli", "release", "PruneSharp.Cli")
RESULTS = os.path.join(HERE, "..", "results", "shrink.json")
TABLE = os.path.join(HERE, "..", "results", "shrink.md")

# Torch-Pruning's counts for half of every family, in millions, as its own script gives them.
TORCH_PRUNING = {"resnet18": 3.05, "resnet50": 6.90, "mobilenet_v2": 1.21, "densenet121": 2.31}


def shrink(model, *options):
    done = subprocess.run([CLI, "shrink", model, *options, "--json"], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else {"error": next((l for l in reversed(done.stderr.splitlines()) if l.startswith("prunesharp:")), "failed")}


def measure(model):
    half = shrink(model, "--amount", "0.5", "--align", "1", "--keep-slower")
    if "error" in half:
        return half
    aligned = shrink(model, "--amount", "0.3")
    family = half["families"][0]["name"].split("#")[0]
    weight, axis = family.rsplit(":", 1)
    start = time.perf_counter()
    subprocess.run([CLI, "shrink", model, "--explain", f"{weight}:{axis}:0"], capture_output=True, check=True)
    row = {"analysisSeconds": round(time.perf_counter() - start, 2), "families": len(half["families"]), "refused": len(half["refused"])}
    check = half["verification"]
    row["half"] = {
        "parametersBefore": half["parametersBefore"], "parametersAfter": half["parametersAfter"],
        "difference": check["maxAbsDifference"] / check["scale"] if check["scale"] else check["maxAbsDifference"],
        "runs": check["runs"], "nonVacuous": check["nonVacuous"],
    }
    keys = ("parametersAfter", "macsBefore", "macsAfter", "millisecondsBefore", "millisecondsAfter", "speedRatio", "warnings")
    row["aligned"] = aligned if "error" in aligned else {key: aligned[key] for key in keys}
    return row


def cpu():
    with open("/proc/cpuinfo") as info:
        return next(line.split(":")[1].strip() for line in info if line.startswith("model name"))


def line(name, row):
    if "error" in row:
        return f"| {name} | {row['error']} |"
    half, aligned = row["half"], row["aligned"]
    published = f"{TORCH_PRUNING[name]:.2f}" if name in TORCH_PRUNING else ""
    speed = aligned["error"] if "error" in aligned else f"{aligned['speedRatio']:.2f}x"
    macs = "" if "error" in aligned else f"{aligned['macsBefore'] / aligned['macsAfter']:.2f}x"
    given = " (some given back)" if any("Given back" in w for w in aligned.get("warnings", [])) else ""
    return (f"| {name} | {half['parametersBefore'] / 1e6:.2f} | {half['parametersAfter'] / 1e6:.2f} | {published} | {half['difference']:.1e} "
            f"| {half['runs']} | {row['families']} / {row['refused']} | {macs} | {speed}{given} | {row['analysisSeconds']:.1f} |")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "artifacts", "shrink")
    names = sys.argv[2:] or sorted(f[:-5] for f in os.listdir(folder) if f.endswith(".onnx"))
    rows = {}
    if os.path.exists(RESULTS):
        with open(RESULTS) as file:
            rows = json.load(file)["rows"]
    for name in names:
        rows[name] = measure(os.path.join(folder, name + ".onnx"))
        print(line(name, rows[name]), flush=True)
        with open(RESULTS, "w") as file:
            json.dump({"cpu": cpu(), "rows": dict(sorted(rows.items()))}, file, indent=1)
    with open(TABLE, "w") as file:
        file.write("# Shrinking torchvision's networks\n\n`python3 bench/shrink/run.py` (its head says what is measured and how), random weights, seed 0, ")
        file.write(f"ONNX Runtime 1.31.1, {cpu()}, one thread.\n\n")
        file.write("| network | parameters, M | half of every family | Torch-Pruning | difference / scale | inputs | families / kept | MACs at 30 % | speed at 30 % | analysis, s |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
        file.writelines(line(name, row) + "\n" for name, row in sorted(rows.items()))


main()
