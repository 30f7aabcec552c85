using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime.Tests;

[Collection(nameof(RunAlone))]
public sealed class SparseMemoryTests
{
    private const long FewBytes = 32 << 20;
    private const int Sizes = 10;

    [Fact]
    public void Run_ten_thousand_times_takes_no_memory()
    {
        using var sparse = NaiveSession.Of(SparseModels.Convolutions().ToByteArray());
        AssertSteady(1000, 10000, () => Run(sparse));
    }

    [Fact]
    public void Create_and_dispose_many_times_takes_no_memory()
    {
        byte[] bytes = SparseModels.Convolutions().ToByteArray();
        AssertSteady(50, 200, () =>
        {
            using var sparse = NaiveSession.Of(bytes);
            Run(sparse);
        });
        Assert.Equal(0, SparseOperator.Instance.RegionCount);
    }

    [Fact]
    public void UseSparse_many_sessions_take_no_memory()
    {
        byte[] bytes = SparseModels.Convolutions().ToByteArray();
        string library = NativeLibraryFile.Path;
        AssertSteady(50, 200, () =>
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            options.UseSparse(new SparseProviderOptions { LibraryPath = library });
            using var session = new InferenceSession(bytes, options);
            using var x = OrtValue.CreateTensorValueFromMemory(new float[3 * 64], [1, 3, 8, 8]);
            using var run = new RunOptions();
            for (int i = 0; i < 50; i++)
                session.Run(run, new Dictionary<string, OrtValue> { ["x"] = x }, ["y"]).Dispose();
        });
    }

    [Fact]
    public void Create_many_sessions_of_the_engine_take_no_memory()
    {
        byte[] bytes = HostileModels.All["dynamic"]().ToByteArray();
        AssertSteady(50, 200, () =>
        {
            using var sparse = SparseSession.Create(bytes, options: new() { Claim = ClaimRule.Always, Threads = 1 });
            RunSizes(sparse.Session, 1);
        });
        Assert.Equal(0, SparseOperator.Instance.RegionCount);
    }

    [Fact]
    public void Run_ten_thousand_times_in_changing_sizes_takes_no_memory()
    {
        byte[] bytes = HostileModels.All["dynamic"]().ToByteArray();
        using var sparse = SparseSession.Create(bytes, options: new() { Claim = ClaimRule.Always, Threads = 1 });
        AssertSteady(20, 10000 / Sizes, () => RunSizes(sparse.Session, Sizes));
    }

    [Fact]
    public void UseSparse_ten_thousand_runs_in_changing_sizes_take_no_memory()
    {
        string library = NativeLibraryFile.Path;
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.UseSparse(new SparseProviderOptions { LibraryPath = library, Accelerate = new() { Claim = ClaimRule.Always } });
        using var session = new InferenceSession(HostileModels.All["dynamic"]().ToByteArray(), options);
        AssertSteady(20, 10000 / Sizes, () => RunSizes(session, Sizes));
    }

    // More sizes than a region keeps plans for.
    private static void RunSizes(InferenceSession session, int count)
    {
        using var run = new RunOptions();
        for (int size = 1; size <= count; size++)
        {
            using var x = OrtValue.CreateTensorValueFromMemory(new float[8 * size * 3], [1, 8, size, 3]);
            session.Run(run, new Dictionary<string, OrtValue> { ["x"] = x }, session.OutputNames).Dispose();
        }
    }

    private static void AssertSteady(int warmUp, int count, Action action)
    {
        for (int i = 0; i < warmUp; i++)
            action();
        long before = SparseAgreement.ResidentBytes();
        for (int i = 0; i < count; i++)
            action();
        Assert.InRange(SparseAgreement.ResidentBytes() - before, long.MinValue, FewBytes);
    }

    private static void Run(SparseSession sparse)
    {
        using var x = OrtValue.CreateTensorValueFromMemory(new float[3 * 64], [1, 3, 8, 8]);
        sparse.Run(new Dictionary<string, OrtValue> { ["x"] = x }).Dispose();
    }
}
