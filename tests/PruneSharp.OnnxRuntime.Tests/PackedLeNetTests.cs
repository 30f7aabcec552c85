using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>The trained networks in models/, which bench/lenet made.</summary>
public sealed class PackedLeNetTests
{
    private const long DenseBytes = 1_066_440;

    [Theory]
    [InlineData("12x", 91.6, 30, 44)]
    [InlineData("20x", 95.0, 43, 66)]
    public void The_file_is_as_small_as_promised_and_the_archive_holds_the_same_network(string name, double zeros, double ratio, double archiveRatio)
    {
        string packed = Model($"lenet300_{name}.onnx"), archive = Model($"lenet300_{name}.psz"), folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;
        string dense = Path.Combine(folder, "dense.onnx"), restored = Path.Combine(folder, "restored.onnx");
        OnnxUnpacker.Unpack(packed, dense, cancellation: TestContext.Current.CancellationToken);
        OnnxArchive.Unpack(archive, restored, cancellation: TestContext.Current.CancellationToken);
        Assert.InRange(new FileInfo(dense).Length, DenseBytes, DenseBytes + 1000);
        Assert.True((double)DenseBytes / new FileInfo(packed).Length >= ratio);
        Assert.True((double)DenseBytes / new FileInfo(archive).Length >= archiveRatio);
        Assert.True(Verifier.Compare(packed, restored, new() { Tolerance = 0 }).Pass);
        using (var model = OnnxModel.Open(dense))
        {
            var weights = ModelWeights.Of(model).Prunable;
            Assert.InRange(100.0 * weights.Sum(w => ZeroCount.Of(w.Weights.Data)) / weights.Sum(w => w.Weights.Data.Length), zeros, zeros + 0.1);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("12x", 89.0)]
    [InlineData("20x", 88.8)]
    public void Accuracy_holds(string name, double accuracy)
    {
        Assert.SkipWhen(!FashionMnist.IsInstalled, "Debian's package dataset-fashion-mnist is not installed.");
        Assert.InRange(FashionMnist.Accuracy(Model($"lenet300_{name}.onnx")), accuracy, 100);
    }

    private static string Model(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
