using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;
using PruneSharp.Samples;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>The trained networks in samples/models, which bench/Ledger made.</summary>
public sealed class BundledLeNetTests
{
    private static readonly string _dense = Path.Combine(AppContext.BaseDirectory, "lenet-300-100.onnx"), _pruned = Path.Combine(AppContext.BaseDirectory, "lenet-300-100-20x.onnx");

    [Fact]
    public void The_pruned_file_is_55_times_smaller_and_its_archive_78_times()
    {
        string folder = Directory.CreateTempSubdirectory("prunesharp-").FullName, whole = Path.Combine(folder, "whole.onnx"), archive = Path.Combine(folder, "packed.psz"), restored = Path.Combine(folder, "restored.onnx");
        OnnxUnpacker.Unpack(_pruned, whole, cancellation: TestContext.Current.CancellationToken);
        ArchivePacker.Pack(whole, archive, new() { Values = ValueEncoding.Codebook(4) });
        OnnxArchive.Unpack(archive, restored, cancellation: TestContext.Current.CancellationToken);
        double dense = new FileInfo(_dense).Length;

        Assert.InRange(dense, 1_066_440, 1_068_000);
        Assert.True(dense / new FileInfo(_pruned).Length >= 55);
        Assert.True(dense / new FileInfo(archive).Length >= 78);
        Assert.True(Verifier.Compare(_pruned, restored, new() { Tolerance = 0 }).Pass);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Nineteen_of_twenty_weights_are_gone()
    {
        string folder = Directory.CreateTempSubdirectory("prunesharp-").FullName, whole = Path.Combine(folder, "whole.onnx");
        OnnxUnpacker.Unpack(_pruned, whole, cancellation: TestContext.Current.CancellationToken);
        using (OnnxModel model = OnnxModel.Open(whole), dense = OnnxModel.Open(_dense))
        {
            // Neurons that died are removed, so what is left is counted.
            long kept = ModelWeights.Of(model).Prunable.Sum(w => w.Weights.Data.Length - ZeroCount.Of(w.Weights.Data));
            Assert.Equal(266_200, ModelWeights.Of(dense).Prunable.Sum(w => w.Weights.Data.Length));
            Assert.InRange(kept, 12_000, 13_310);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Accuracy_holds_with_either_kernels()
    {
        using var dense = new InferenceSession(_dense);
        using var pruned = new InferenceSession(_pruned);
        using var sparse = SparseSession.Create(_pruned, new() { Claim = ClaimRule.Always });
        double before = Accuracy(dense);

        Assert.InRange(before, 89.4, 100);
        Assert.InRange(Accuracy(pruned), before - 0.65, 100);
        Assert.InRange(Accuracy(sparse.Session), before - 0.65, 100);
    }

    private static double Accuracy(InferenceSession session)
    {
        var test = FashionMnist.Test();
        using var input = OrtValue.CreateTensorValueFromMemory(test.Images, [test.Count, 1, 28, 28]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
        return test.Accuracy(outputs[0].GetTensorDataAsSpan<float>());
    }
}
