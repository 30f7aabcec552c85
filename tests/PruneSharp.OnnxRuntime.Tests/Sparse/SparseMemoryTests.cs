using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime.Tests;

[Collection(nameof(RunAlone))]
public sealed class SparseMemoryTests
{
    private const long FewBytes = 32 << 20;

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
