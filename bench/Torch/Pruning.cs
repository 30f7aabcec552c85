using System.Diagnostics;
using System.Globalization;
using PruneSharp.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Bench.Torch;

/// <summary>The whole call on one parameter, mask and masked weight included.</summary>
internal static class Pruning
{
    private sealed class Holder : nn.Module
    {
        public readonly Parameter weight;

        public Holder(Tensor values)
            : base("Holder")
        {
            weight = new Parameter(values);
            RegisterComponents();
        }
    }

    /// <summary>Milliseconds, bytes that the process grew by at its peak, kept weights.</summary>
    public static double[] Time(string file, int count)
    {
        using var values = torch.empty(new FileInfo(file).Length / sizeof(float));
        using (var stream = File.OpenRead(file))
            stream.ReadExactly(values.bytes);
        using var guard = no_grad();
        using var module = new Holder(values.alias());
        GC.Collect();
        GC.WaitForPendingFinalizers();
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = PeakBytes();
        var watch = Stopwatch.StartNew();
        prune.l1_unstructured(module, "weight", count);
        watch.Stop();
        long grown = PeakBytes() - before;
        double kept = module.get_buffer("weight_mask")!.sum(ScalarType.Float64).item<double>();
        foreach (var tensor in new[] { module.get_buffer("weight_mask")!, module.weight, module.get_parameter("weight_orig")! })
            tensor.Dispose();
        return [watch.Elapsed.TotalMilliseconds, grown, kept];
    }

    private static long PeakBytes() =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
}
