using CsCheck;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Random networks with every layer claimed that can be.</summary>
public sealed class RandomSparseTests
{
    private const int Networks = 60;

    private static readonly AccelerateOptions _everything = new() { MinSparsity = 0, Claim = ClaimRule.Always, Threads = 2 };

    [Fact]
    public void Create_random_network_gives_what_onnx_runtime_gives()
    {
        int regions = 0;
        Each((bytes, dense) =>
        {
            using var sparse = SparseSession.Create(bytes, options: _everything);
            regions += sparse.RegionCount;
            return SparseAgreement.Difference(dense, sparse.Session, "random");
        });
        Assert.True(regions > 0, "No region was claimed.");
    }

    [Fact]
    public void UseSparse_random_network_gives_what_onnx_runtime_gives()
    {
        string library = NativeLibraryFile.Path;
        Each((bytes, dense) =>
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            options.UseSparse(new SparseProviderOptions { LibraryPath = library, Accelerate = _everything });
            using var sparse = new InferenceSession(bytes, options);
            return SparseAgreement.Difference(dense, sparse, "random");
        });
    }

    // A head that chooses gives whole numbers, which jump where two scores are all but equal.
    private static void Each(Func<byte[], InferenceSession, double> difference)
    {
        for (int seed = 0; seed < Networks; seed++)
        {
            RandomNetwork? network = null;
            RandomNetwork.Gen.Where(n => n.Head.Kind != "ChoiceHead").Sample(n => { network = n; }, seed: new PCG(1, (ulong)seed).ToString(), iter: 1, threads: 1);
            byte[] bytes = network!.Write().Bytes;
            using var dense = new InferenceSession(bytes);
            double found = difference(bytes, dense);
            Assert.True(found <= 1e-4, $"Network {seed} differs by {found}: {network}");
        }
    }
}
