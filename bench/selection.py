"""Selection against PyTorch on the same array, interleaved in one run.

    dotnet build -c Release bench/Selection
    python3 bench/selection.py            # Debian's python3-torch; writes bench/results/selection.md

Per round, in turn: torch's l1_unstructured (mask and pruned weight, as it always makes both), torch by kthvalue (threshold and mask),
ours on one thread, ours on two. Medians over the rounds. Ours: |w| of the array in, bit mask out.
"""
import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import torch
from torch import nn
from torch.nn.utils import prune

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(HERE, "..", "artifacts", "bin", "PruneSharp.Bench.Selection", "release", "PruneSharp.Bench.Selection")
torch.set_num_threads(1)
torch.set_grad_enabled(False)


def peak_bytes():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) * 1024


def timed(work):
    gc.collect()
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")
    before = peak_bytes()
    start = time.perf_counter()
    result = work()
    return (time.perf_counter() - start) * 1000, peak_bytes() - before, result


def torch_l1(weights, count):
    module = nn.Module()
    module.weight = nn.Parameter(weights)
    milliseconds, peak, _ = timed(lambda: prune.l1_unstructured(module, "weight", count))
    return milliseconds, peak, int(module.weight_mask.sum(dtype=torch.float64))


def torch_kth(weights, count):
    def work():
        magnitudes = weights.abs()
        return magnitudes > magnitudes.kthvalue(count).values
    milliseconds, peak, mask = timed(work)
    return milliseconds, peak, int(mask.sum())


class Ours:
    def __init__(self, path):
        self.process = subprocess.Popen([BENCH, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "ready"

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        milliseconds, peak, check = self.process.stdout.readline().split()
        return float(milliseconds), int(peak), int(check)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    cases = [(1_000_000, 15), (25_000_000, 7), (100_000_000, 3)]
    if len(sys.argv) > 1:
        cases = [(int(n), int(rounds)) for n, rounds in (a.split(":") for a in sys.argv[1:])]
    rows, extra = [], []
    for size, rounds in cases:
        torch.manual_seed(1)
        weights = torch.randn(size)
        with tempfile.NamedTemporaryFile() as file:
            weights.numpy().tofile(file.name)
            ours = Ours(file.name)
        for _ in range(60):  # the runtime compiles what is hot
            ours.ask(f"select {size // 2} 1")
            ours.ask(f"select {size // 2} 2")
        for amount in (0.2, 0.5, 0.9):
            count = round(amount * size)
            times = {name: [] for name in ("l1", "kth", "one", "two")}
            peaks = {}
            for _ in range(rounds):
                results = {"l1": torch_l1(weights, count), "kth": torch_kth(weights, count),
                           "one": ours.ask(f"select {count} 1"), "two": ours.ask(f"select {count} 2")}
                for name, (milliseconds, peak, kept) in results.items():
                    assert name == "kth" or kept == size - count, (name, kept)
                    times[name].append(milliseconds)
                    peaks[name] = max(peaks.get(name, 0), peak)
            m = {name: statistics.median(values) for name, values in times.items()}
            rows.append((size, amount, m, peaks))
            print(size, amount, {k: round(v, 2) for k, v in m.items()}, flush=True)
        for request in ("read", f"zero {size // 2}"):
            extra.append((size, request.split()[0], statistics.median(ours.ask(request)[0] for _ in range(rounds * 3))))
        ours.close()

    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    with open(os.path.join(HERE, "results", "selection.md"), "w") as out:
        print(f"# Selection against PyTorch {torch.__version__}\n\n`python3 bench/selection.py` on {cpu}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}; "
              "float32, normal distribution, seed 1; interleaved, medians. Milliseconds. Memory beside the array: for torch what the process grew by at its peak (0 where it reused freed memory), for ours all that the call allocated, mask included.\n", file=out)
        print("| weights | amount | torch l1_unstructured | torch kthvalue | ours, 1 thread | ours, 2 threads | 1 thread is faster than l1 / kth | 2 threads | one pass that only reads | torch l1 grew by | ours allocated |", file=out)
        print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|", file=out)
        for size, amount, m, peaks in rows:
            read = next(t for s, what, t in extra if s == size and what == "read")
            print(f"| {size:,} | {amount} | {m['l1']:.1f} | {m['kth']:.1f} | {m['one']:.2f} | {m['two']:.2f} | {m['l1'] / m['one']:.0f}x / {m['kth'] / m['one']:.0f}x "
                  f"| {m['l1'] / m['two']:.0f}x / {m['kth'] / m['two']:.0f}x | {read:.2f}, {m['one'] / read:.1f}x of it | {peaks['l1'] / 2**20:.0f} MiB | {peaks['one'] / 2**20:.1f} MiB |", file=out)
        print("\nBeside it, one thread: reading the array once, and writing the zeros of a 50 % mask (random positions, memory already touched).\n", file=out)
        print("| weights | what | milliseconds |\n|---:|---|---:|", file=out)
        for size, what, milliseconds in extra:
            print(f"| {size:,} | {what} | {milliseconds:.2f} |", file=out)


main()
