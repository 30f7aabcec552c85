"""prune.l1_unstructured on TorchSharp against PyTorch's, and what a pruned layer costs afterwards.

    dotnet build -c Release bench/Torch
    python3 bench/torch_prune.py [WEIGHTS] # Debian's python3-torch; writes bench/results/torch.md

The whole call on one float32 parameter: mask and masked weight are made. Both on the same values, in turn, one thread for libtorch; medians.
Then Linear(1024, 1024) with half of its weights pruned, against the plain layer: calls without gradients alternate in one process; each
training run is a process of its own, as programs are, plain and pruned in turn.
"""
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
BENCH = os.path.join(HERE, "..", "artifacts", "bin", "PruneSharp.Bench.Torch", "release", "PruneSharp.Bench.Torch")
torch.set_num_threads(1)


class Ours:
    def __init__(self):
        self.process = subprocess.Popen([BENCH], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "ready"

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return [float(number) for number in self.process.stdout.readline().split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def once(request):
    ours = Ours()
    answer = ours.ask(request)
    ours.close()
    return answer


def theirs(values, count):
    module = nn.Module()
    module.weight = nn.Parameter(values.clone())
    with torch.no_grad():
        start = time.perf_counter()
        prune.l1_unstructured(module, "weight", count)
        milliseconds = (time.perf_counter() - start) * 1000
    assert int(module.weight_mask.sum(dtype=torch.float64)) == values.numel() - count
    return milliseconds


def median_microseconds(work, rounds):
    times = []
    for i in range(rounds + rounds // 5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times[rounds // 5:]) * 1e6


def their_layer(pruned, training):
    torch.manual_seed(1)
    layer = nn.Linear(1024, 1024)
    if pruned:
        prune.l1_unstructured(layer, "weight", 0.5)
    inputs = torch.randn(64 if training else 1, 1024)
    optimizer = torch.optim.SGD(layer.parameters(), 1e-9)

    def step():
        optimizer.zero_grad(set_to_none=True)
        layer(inputs).square().sum().backward()
        optimizer.step()

    def call():
        with torch.no_grad():
            layer(inputs)
    return median_microseconds(step if training else call, 200 if training else 1000)


def main():
    size, rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000_000, 7
    torch.manual_seed(1)
    values = torch.randn(size)
    ours, rows = Ours(), []
    with tempfile.NamedTemporaryFile() as file:
        values.numpy().tofile(file.name)
        for _ in range(4):  # the runtime compiles what is hot
            ours.ask(f"prune {file.name} {size // 2} 1")
        for amount in (0.2, 0.5, 0.9):
            count = round(amount * size)
            pairs = []
            for _ in range(rounds):
                milliseconds, grown, kept = ours.ask(f"prune {file.name} {count} 1")
                assert kept == size - count
                pairs.append((theirs(values, count), milliseconds, grown))
            rows.append((amount, *(statistics.median(column) for column in zip(*pairs))))
            print(rows[-1], flush=True)
    ours.close()

    layers = []
    for threads in (1, 2):
        plain, pruned = (statistics.median(c) for c in zip(*(once(f"eval 1 {threads}") for _ in range(5))))
        layers.append((f"call without gradients, batch 1, {threads} threads", plain, pruned, None))
        steps = [(once(f"plain 64 {threads}"), once(f"pruned 64 {threads}")) for _ in range(7)]
        layers.append((f"training step (SGD), batch 64, {threads} threads", statistics.median(p[0] for p, _ in steps), statistics.median(q[0] for _, q in steps),
                       (max(p[1] for p, _ in steps), max(q[1] for _, q in steps))))
        print(layers[-2:], flush=True)
    reference = [("call without gradients, batch 1, 1 thread", *(their_layer(p, False) for p in (False, True))),
                 ("training step (SGD), batch 64, 1 thread", *(their_layer(p, True) for p in (False, True)))]

    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    with open(os.path.join(HERE, "results", "torch.md"), "w") as out:
        print(f"# Pruning TorchSharp modules, against PyTorch {torch.__version__}\n\n`python3 bench/torch_prune.py` on {cpu}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}; "
              f"interleaved, medians.\n\n`l1_unstructured` on {size:,} float32 weights, normal distribution; mask and masked weight included. libtorch on one thread; ours selects and masks on all cores.\n", file=out)
        print("| amount | PyTorch, ms | ours, ms | faster | memory that the call added, mask and masked weight included |\n|---:|---:|---:|---:|---:|", file=out)
        for amount, their_ms, our_ms, grown in rows:
            print(f"| {amount} | {their_ms:.0f} | {our_ms:.1f} | {their_ms / our_ms:.0f}x | {grown / 2**20:.0f} MiB |", file=out)
        print("\nLinear(1024, 1024), half of its weights pruned, against the plain layer. Microseconds; memory of the process after 500 steps.\n", file=out)
        print("| what | plain | pruned | ratio | memory, plain / pruned |\n|---|---:|---:|---:|---:|", file=out)
        for what, plain, pruned, memory in layers:
            print(f"| {what} | {plain:.0f} | {pruned:.0f} | {pruned / plain:.2f} | {'' if memory is None else f'{memory[0] / 2**20:.0f} / {memory[1] / 2**20:.0f} MiB'} |", file=out)
        print("\nThe same in PyTorch, whose hook multiplies at every call:\n\n| what | plain | pruned | ratio |\n|---|---:|---:|---:|", file=out)
        for what, plain, pruned in reference:
            print(f"| {what} | {plain:.0f} | {pruned:.0f} | {pruned / plain:.2f} |", file=out)


main()
