// Answers timing requests of bench/selection.py, one a line, about an array of float32 weights in a file:
//   select COUNT THREADS  ->  milliseconds, bytes allocated by the call (an upper bound of its peak), kept weights
//   zero COUNT            ->  milliseconds to write the zeros of that mask
//   read                  ->  milliseconds of one pass that only reads
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using PruneSharp;

var weights = new float[new FileInfo(args[0]).Length / sizeof(float)];
using (var file = File.OpenRead(args[0]))
    file.ReadExactly(MemoryMarshal.AsBytes(weights.AsSpan()));
Console.WriteLine("ready");
while (Console.ReadLine()?.Split(' ') is [var verb, .. var rest])
{
    var watch = Stopwatch.StartNew();
    if (verb == "select")
    {
        GC.Collect();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        watch.Restart();
        var mask = Selection.Lowest(UnitScores.OfMagnitudes("w", WeightData.Of(weights)), long.Parse(rest[0], CultureInfo.InvariantCulture), int.Parse(rest[1], CultureInfo.InvariantCulture));
        watch.Stop();
        Answer(watch, GC.GetTotalAllocatedBytes(precise: true) - before, mask.KeptCount);
    }
    else if (verb == "zero")
    {
        var mask = Selection.Lowest(UnitScores.OfMagnitudes("w", WeightData.Of(weights)), long.Parse(rest[0], CultureInfo.InvariantCulture));
        var copy = (float[])weights.Clone();
        watch.Restart();
        mask.Zero(copy);
        Answer(watch, 0, mask.KeptCount);
    }
    else
    {
        float largest = TensorPrimitives.MaxMagnitude<float>(weights);
        Answer(watch, 0, (long)largest);
    }
}

static void Answer(Stopwatch watch, long bytes, long check) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalMilliseconds:F3} {bytes} {check}"));
