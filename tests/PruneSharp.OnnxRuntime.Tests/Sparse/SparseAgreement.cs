using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Compares a sparse session with ONNX Runtime alone.</summary>
internal static class SparseAgreement
{
    /// <summary>The largest |a-b| over the largest |a|, over all outputs that hold numbers.</summary>
    /// <param name="dense">What is right.</param>
    /// <param name="sparse">What is compared.</param>
    /// <param name="name">The model, for errors.</param>
    /// <param name="given">Sizes of dynamic dimensions; null to have them chosen.</param>
    /// <returns>Infinity where one has NaN and the other has not.</returns>
    public static double Difference(InferenceSession dense, InferenceSession sparse, string name, IReadOnlyDictionary<string, int>? given = null)
    {
        var dims = GeneratedInputs.FindDims(dense, name, given ?? new Dictionary<string, int>());
        using var inputs = GeneratedInputs.Create(dense, name, dims, new(), 0);
        using var options = new RunOptions();
        using var a = dense.Run(options, inputs.Values, dense.OutputNames);
        using var b = sparse.Run(options, inputs.Values, dense.OutputNames);
        double worst = 0;
        for (int i = 0; i < a.Count; i++)
        {
            Assert.Equal(a[i].GetTensorTypeAndShape().Shape, b[i].GetTensorTypeAndShape().Shape);
            double[] x = TensorNumbers.Of(a[i])!, y = TensorNumbers.Of(b[i])!;
            double most = x.Select(Math.Abs).DefaultIfEmpty(0).Max();
            worst = Math.Max(worst, x.Zip(y, (p, q) => p.Equals(q) ? 0 : double.IsNaN(p - q) ? double.PositiveInfinity : Math.Abs(p - q)).DefaultIfEmpty(0).Max() / (most > 0 ? most : 1));
        }

        return worst;
    }

    /// <summary>A toy, pruned to 80 %, in a folder of its own.</summary>
    public static string PrunedToy(string toy)
    {
        string output = Path.Combine(SparseFolder.New(), toy);
        OnnxPruner.Prune(Path.Combine(AppContext.BaseDirectory, "Toys", toy), output, new() { Amount = 0.8, Allocation = Allocation.Local });
        return output;
    }

    /// <summary>Memory of this process after a collection.</summary>
    public static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
