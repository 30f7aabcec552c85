using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Real architectures that .ci/inputs exports or fetches, with every layer claimed that can be.</summary>
public sealed class NetworkSparseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("networks/resnet18.onnx", 21, 1)]
    [InlineData("networks/resnet18.onnx", 21, 2)]
    [InlineData("networks/mobilenet_v2.onnx", 53, 1)]
    [InlineData("networks/mobilenet_v2.onnx", 53, 2)]
    public void Create_network_gives_what_onnx_runtime_gives(string file, int layers, int threads)
    {
        string pruned = Path.Combine(_folder, "pruned.onnx");
        OnnxPruner.Prune(NetworkShrinkTests.Input(file), pruned, new() { Amount = 0.8, Allocation = Allocation.Local });
        using var dense = new InferenceSession(pruned);
        using var sparse = SparseSession.Create(pruned, new AccelerateOptions { Claim = ClaimRule.Always, Threads = threads });
        Assert.Equal(layers, sparse.Layers.Count(layer => layer.Claimed));
        Assert.True(SparseAgreement.Difference(dense, sparse.Session, file) <= 1e-5);
    }
}
