// Answers timing requests of bench/torch_prune.py, one a line:
//   prune FILE COUNT THREADS  ->  milliseconds of l1_unstructured on the float32 weights in the file, peak bytes it added, kept weights
//   eval BATCH THREADS        ->  microseconds of a call without gradients: plain layer, pruned layer (medians, alternating)
//   operations BATCH THREADS  ->  microseconds of a mask of 1024 x 1024 applied by mul, where and masked_fill (medians, in turn)
//   plain|pruned|hand BATCH THREADS  ->  microseconds of a training step (median), bytes of memory after 500 of them; hand: weight * mask
using System.Diagnostics;
using System.Globalization;
using PruneSharp.Bench.Torch;
using PruneSharp.Torch;
using TorchSharp;

Console.WriteLine("ready");
while (Console.ReadLine()?.Split(' ') is [var verb, .. var rest])
{
    int last = int.Parse(rest[^1], CultureInfo.InvariantCulture), number = int.Parse(rest[^2], CultureInfo.InvariantCulture);
    torch.set_num_threads(last);
    switch (verb)
    {
        case "prune": Answer(Pruning.Time(rest[0], number)); break;
        case "eval": Answer(Layers.Evaluate(number)); break;
        case "operations": Answer(Layers.Mask()); break;
        default: Answer(Layers.Train(number, verb)); break;
    }
}

static void Answer(double[] numbers) => Console.WriteLine(string.Join(' ', numbers.Select(n => n.ToString("F3", CultureInfo.InvariantCulture))));
