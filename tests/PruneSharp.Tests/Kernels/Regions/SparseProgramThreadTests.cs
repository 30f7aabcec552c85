using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class SparseProgramThreadTests
{
    private const int ThreadCount = 4;
    private readonly LayerGraph graph;

    public SparseProgramThreadTests()
    {
        RandomLayers layers = new(8);
        string x = layers.Sketch.Input("x", 1, 5, 9, 9);
        string y = layers.Sketch.Each("Relu", layers.Sketch.Conv(x, [12, 5, 3, 3], layers.Values(540), layers.Values(12), pads: [1, 1, 1, 1]));
        string z = layers.Sketch.Conv(y, [12, 12, 3, 3], layers.Values(1296), strides: [2, 2], pads: [1, 1, 1, 1]);
        graph = layers.Sketch.Graph(y, z, layers.Sketch.MaxPool(y, [3, 3], [2, 2], [1, 1, 1, 1]));
    }

    [Fact]
    public void Runs_at_the_same_time_with_more_shapes_than_plans_are_kept_give_right_results()
    {
        Tensor[] inputs = [.. Enumerable.Range(0, 12).Select(i => Tensor.Of(new Random(i), 1 + (i % 2), 5, 3 + i, 15 - i))];
        Tensor[][] expected = [.. inputs.Select(input => ReferenceGraph.Run(graph, input))];
        using SparseProgram program = new(graph, new AccelerateOptions());
        InThreads(thread =>
        {
            for (int i = 0; i < 60; i++)
            {
                int at = ((7 * thread) + (i * (thread + 1))) % inputs.Length;
                using GuardedTensors tensors = new(atEnd: i % 2 == 0, inputs[at]);
                program.Run(tensors, thread == 0 ? new ThreadedRunner(2) : SerialRunner.Instance);
                EngineAgreement.Same(expected[at], tensors.Outputs(), $"thread {thread}, run {i}");
            }
        });
    }

    [Fact]
    public void Dispose_while_others_run_lets_them_end_and_refuses_the_next()
    {
        Tensor input = Tensor.Of(new Random(1), 1, 5, 12, 12);
        Tensor[] expected = ReferenceGraph.Run(graph, input);
        for (int round = 0; round < 20; round++)
        {
            using SparseProgram program = new(graph, new AccelerateOptions());
            using Barrier together = new(ThreadCount);
            InThreads(thread =>
            {
                using GuardedTensors first = new(atEnd: true, input);
                program.Run(first, SerialRunner.Instance);
                together.SignalAndWait();
                if (thread == 0) program.Dispose();
                for (bool disposed = false; !disposed;)
                {
                    using GuardedTensors tensors = new(atEnd: true, input);
                    try
                    {
                        program.Run(tensors, SerialRunner.Instance);
                        EngineAgreement.Same(expected, tensors.Outputs(), $"thread {thread}");
                    }
                    catch (ObjectDisposedException)
                    {
                        disposed = true;
                    }
                }
            });
        }
    }

    [Fact]
    public void Dispose_inside_a_run_waits_for_its_end()
    {
        Tensor input = Tensor.Of(new Random(1), 1, 5, 12, 12);
        SparseProgram program = new(graph, new AccelerateOptions());
        using GuardedTensors tensors = new(atEnd: true, input);
        program.Run(tensors, new NestedRunner(_ => program.Dispose()));
        EngineAgreement.Same(ReferenceGraph.Run(graph, input), tensors.Outputs(), "disposed inside");
        using GuardedTensors after = new(atEnd: true, input);
        Assert.Throws<ObjectDisposedException>(() => program.Run(after, SerialRunner.Instance));
    }

    [Fact]
    public void A_plan_that_is_dropped_while_it_runs_ends_its_run()
    {
        Tensor input = Tensor.Of(new Random(1), 1, 5, 12, 12);
        using SparseProgram program = new(graph, new AccelerateOptions());
        using GuardedTensors tensors = new(atEnd: true, input);
        program.Run(tensors, new NestedRunner(step =>
        {
            for (int size = 3; size < 14; size++)
            {
                Tensor other = Tensor.Of(new Random(step), 1, 5, size, 7);
                using GuardedTensors inner = new(atEnd: true, other);
                program.Run(inner, SerialRunner.Instance);
                EngineAgreement.Same(ReferenceGraph.Run(graph, other), inner.Outputs(), $"inside, {size}");
            }
        }));
        EngineAgreement.Same(ReferenceGraph.Run(graph, input), tensors.Outputs(), "outside");
    }

    private static void InThreads(Action<int> body)
    {
        Task[] tasks = [.. Enumerable.Range(0, ThreadCount).Select(thread => Task.Factory.StartNew(() => body(thread), TaskCreationOptions.LongRunning))];
        Task.WaitAll(tasks);
    }
}
