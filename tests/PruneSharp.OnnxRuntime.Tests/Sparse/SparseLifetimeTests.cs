using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class SparseLifetimeTests
{
    private static readonly AccelerateOptions _byEstimate = new() { Claim = ClaimRule.Estimated, Threads = 2 };

    [Fact]
    public void Dispose_frees_the_program_once_the_session_is_gone()
    {
        var owned = new Owned();
        var sparse = Session((_, _) => { }, owned);
        Assert.False(owned.IsDisposed);
        sparse.Dispose();
        Assert.Equal(1, owned.Count);
        sparse.Dispose();
        Assert.Equal(1, owned.Count);
        Assert.Throws<ObjectDisposedException>(() => Run(sparse));
    }

    [Fact]
    public async Task Dispose_while_another_thread_runs_lets_the_run_end()
    {
        var owned = new Owned();
        using SemaphoreSlim begun = new(0), goOn = new(0);
        var sparse = Session(
            (tensors, _) =>
            {
                begun.Release();
                goOn.Wait(TestContext.Current.CancellationToken);
                Assert.False(owned.IsDisposed);
                Fill(tensors);
            },
            owned);
        var run = Task.Run(() => Run(sparse), TestContext.Current.CancellationToken);
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        sparse.Dispose();
        Assert.False(owned.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => Run(sparse));
        goOn.Release();
        await run;
        Assert.True(owned.IsDisposed);
    }

    [Fact]
    public void Create_that_fails_frees_the_programs()
    {
        var owned = new Owned();
        var model = SparseModels.Convolutions();
        model.Graph.Node[^1].OpType = "Nonsense";
        using var parsed = OnnxModel.Of(model.ToByteArray());
        Assert.Throws<InvalidModelException>(() => SparseSessionBuilder.Build(SparseModel.Of(parsed, model.ToByteArray(), null), _byEstimate, null, NaiveEngine.With((_, _) => Nothing, owned)));
        Assert.Equal(2, owned.Count);
    }

    [Fact]
    public void Create_region_that_cannot_be_packed_stays_and_the_others_do_not()
    {
        int count = 0;
        var engine = NaiveEngine.Instance;
        using var sparse = Build(engine with { Pack = (region, options) => count++ == 0 ? throw new NotSupportedException("It is too odd.") : engine.Pack(region, options) });
        Assert.Equal(1, sparse.RegionCount);
        Assert.Equal([false, true], sparse.Layers.Select(layer => layer.Claimed));
        Assert.Equal("in a region that the sparse kernels cannot run: It is too odd", sparse.Layers[0].Reason);
        Assert.Equal("A region of 2 nodes stays with ONNX Runtime: It is too odd.", Assert.Single(sparse.Warnings));
        Run(sparse);
    }

    [Fact]
    public void Create_engine_that_breaks_makes_an_ordinary_session_with_a_warning()
    {
        var engine = NaiveEngine.Instance;
        using var none = Build(engine with { Pack = (_, _) => throw new OutOfMemoryException("No room.") });
        using var broken = Build(engine with { Find = (_, _, _) => throw new IndexOutOfRangeException("It broke.") });
        using var circle = Build(engine with { Find = (graph, _, _) => new([[0, 2]], engine.Find(graph, _byEstimate, null).Layers) });
        foreach (var sparse in (SparseSession[])[none, broken, circle])
        {
            Assert.Equal(0, sparse.RegionCount);
            Assert.NotEmpty(sparse.Warnings);
            Assert.All(sparse.Layers, layer => Assert.False(layer.Claimed));
            Run(sparse);
        }

        Assert.Contains("It broke.", broken.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("circle", circle.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_program_that_throws_gives_its_message()
    {
        using var sparse = Session((_, _) => throw new InvalidDataException("the weights are sour"), null);
        var error = Assert.Throws<OnnxRuntimeException>(() => Run(sparse));
        Assert.Contains("the weights are sour", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_piece_that_throws_gives_its_message_after_the_others_have_ended()
    {
        var task = new Failing();
        using var sparse = Session((_, runner) => runner.For(64, task), null);
        for (int i = 0; i < 20; i++)
        {
            var error = Assert.Throws<OnnxRuntimeException>(() => Run(sparse));
            Assert.Contains("piece 3 broke", error.Message, StringComparison.Ordinal);
            Assert.Equal(0, task.Running);
        }
    }

    [Fact]
    public async Task Run_several_sessions_and_threads_at_once_agree()
    {
        byte[] bytes = SparseModels.Convolutions().ToByteArray();
        using var dense = new InferenceSession(bytes);
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (_, _) =>
        {
            using var sparse = NaiveSession.Of(bytes);
            Parallel.For(0, 16, _ => Assert.InRange(SparseAgreement.Difference(dense, sparse.Session, "model"), 0, 1e-5));
            return ValueTask.CompletedTask;
        });
    }

    private static SparseSession Session(RegionCall run, IDisposable? owned)
    {
        var model = SparseModels.Convolutions();
        model.Graph.Node.RemoveAt(2); // one convolution
        model.Graph.Node[2].Input[0] = "r1";
        byte[] bytes = model.ToByteArray();
        using var parsed = OnnxModel.Of(bytes);
        using var quiet = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        return SparseSessionBuilder.Build(SparseModel.Of(parsed, bytes, null), _byEstimate, quiet, NaiveEngine.With((_, _) => run, owned));
    }

    private static SparseSession Build(RegionEngine engine)
    {
        byte[] bytes = SparseModels.Convolutions().ToByteArray();
        using var parsed = OnnxModel.Of(bytes);
        return SparseSessionBuilder.Build(SparseModel.Of(parsed, bytes, null), _byEstimate, null, engine);
    }

    private static void Nothing(IRegionTensors tensors, IParallelRunner runner) { }

    private static unsafe void Fill(IRegionTensors tensors) => new Span<float>(tensors.Output(0, [1, 8, 8, 8]), 512).Clear();

    private static void Run(SparseSession sparse)
    {
        using var x = OrtValue.CreateTensorValueFromMemory(new float[3 * 64], [1, 3, 8, 8]);
        sparse.Run(new Dictionary<string, OrtValue> { ["x"] = x }).Dispose();
    }

    private sealed class Owned : IDisposable
    {
        public int Count { get; private set; }

        public bool IsDisposed => Count > 0;

        public void Dispose() => Count++;
    }

    private sealed class Failing : IParallelTask
    {
        private int _running;

        public int Running => _running;

        public void Invoke(int index)
        {
            Interlocked.Increment(ref _running);
            try
            {
                Thread.SpinWait(1000);
                if (index == 3)
                    throw new InvalidOperationException("piece 3 broke");
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }
}
