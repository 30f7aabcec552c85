using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class SparseProgramTests
{
    private static readonly Random _random = new(5);

    [Theory]
    [InlineData(new long[] { 1, 4, 5, 5 })]
    [InlineData(new long[] { 1, 3, 5 })]
    [InlineData(new long[] { 1, 3, 5, 5, 1 })]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 3 })]
    public void Run_of_an_image_program_with_a_wrong_shape_says_what_does_not_fit(long[] shape)
    {
        GraphSketch sketch = new();
        string y = sketch.Conv(sketch.Input("x", 1, 3, 5, 5), [2, 3, 1, 1], [1, 2, 3, 4, 5, 6]);
        Refuses(sketch.Graph(y), "x", Tensor.Of(_random, shape));
    }

    [Theory]
    [InlineData(new long[] { 2, 5 })]
    [InlineData(new long[] { })]
    public void Run_of_a_matrix_program_with_a_wrong_shape_says_what_does_not_fit(long[] shape)
    {
        GraphSketch sketch = new();
        string y = sketch.MatMul(sketch.Input("x", 2, 4), [4, 2], 1, 2, 3, 4, 5, 6, 7, 8);
        Refuses(sketch.Graph(y), "x", Tensor.Of(_random, shape));
    }

    [Fact]
    public void Run_with_inputs_of_different_batches_or_sizes_says_what_does_not_fit()
    {
        GraphSketch sketch = new();
        string y = sketch.Each("Add", sketch.Conv(sketch.Input("x", 1, 1, 5, 5), [1, 1, 1, 1], [2]), sketch.Input("z", 1, 1, 5, 5));
        Refuses(sketch.Graph(y), "z", Tensor.Of(_random, 1, 1, 5, 5), Tensor.Of(_random, 2, 1, 5, 5));
        Refuses(sketch.Graph(y), "[1, 5, 4]", Tensor.Of(_random, 1, 1, 5, 5), Tensor.Of(_random, 1, 1, 5, 4));
    }

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(2, 0, 5)]
    [InlineData(2, 5, 0)]
    [InlineData(2, 2, 5)]
    public void Run_of_an_empty_image_gives_an_empty_output(long batch, long height, long width)
    {
        GraphSketch sketch = new();
        string y = sketch.Each("Relu", sketch.Conv(sketch.Input("x", batch, 1, height, width), [3, 1, 3, 3], new float[27], pads: [0, 1, 0, 1]));
        EngineAgreement.Check(sketch.Graph(y), Tensor.Of(_random, batch, 1, height, width));
    }

    [Fact]
    public void Run_of_an_empty_matrix_gives_an_empty_output()
    {
        GraphSketch sketch = new();
        string y = sketch.MatMul(sketch.Input("x", 3, 0, 4), [4, 2], 1, 2, 3, 4, 5, 6, 7, 8);
        EngineAgreement.Check(sketch.Graph(y), Tensor.Of(_random, 3, 0, 4));
    }

    [Fact]
    public void Run_of_padding_alone_gives_the_bias()
    {
        GraphSketch sketch = new();
        string y = sketch.Conv(sketch.Input("x", 1, 1, 0, 3), [1, 1, 2, 2], [1, 1, 1, 1], [7], pads: [1, 1, 1, 1]);
        EngineAgreement.Check(sketch.Graph(y), Tensor.Of(_random, 1, 1, 0, 3));
    }

    [Fact]
    public void Run_of_layers_around_an_empty_value_gives_the_bias()
    {
        GraphSketch sketch = new();
        string y = sketch.Each("Relu", sketch.Conv(sketch.Input("x", 1, 2, 3, 3), [9, 2, 5, 5], new float[450]));
        string z = sketch.MaxPool(sketch.Each("Tanh", sketch.Each("Add", y, y)), [1, 1]);
        z = sketch.Conv(sketch.Each("Add", z, y), [2, 9, 2, 2], new float[72], [7, 8], pads: [1, 1, 1, 1]);
        EngineAgreement.Check(sketch.Graph(z), Tensor.Of(_random, 1, 2, 3, 3));
    }

    [Fact]
    public void Run_gives_the_other_output_where_one_is_empty()
    {
        GraphSketch sketch = new();
        string x = sketch.Input("x", 1, 1, 3, 3);
        string y = sketch.Conv(x, [1, 1, 1, 1], [2]), z = sketch.Conv(x, [1, 1, 5, 5], new float[25]);
        EngineAgreement.Check(sketch.Graph(y, z), Tensor.Of(_random, 1, 1, 3, 3));
    }

    [Theory]
    [InlineData(1024, 1)]
    [InlineData(1025, 1)]
    [InlineData(683, 3)]
    public void Run_with_more_rows_than_one_run_takes_gives_all(int rows, int batch)
    {
        GraphSketch sketch = new();
        string x = sketch.Input("x", batch, rows, 3);
        string y = sketch.Each("Add", sketch.MatMul(x, [3, 3], 1, 0, 2, 0, -1, 0, 0.5f, 0, 0), x);
        string z = sketch.Each("Relu", sketch.MatMul(y, [3, 5], 1, 0, 2, 0, -1, 0, 0.5f, 0, 0, 3, 0, 0, 1, 0, 0));
        EngineAgreement.Check(sketch.Graph(y, z), Tensor.Of(_random, batch, rows, 3));
    }

    [Fact]
    public void Run_after_Dispose_says_that_it_is_disposed()
    {
        (SparseProgram program, Tensor input) = Doubling();
        program.Dispose();
        program.Dispose();
        using GuardedTensors tensors = new(atEnd: true, input);
        Assert.Throws<ObjectDisposedException>(() => program.Run(tensors, SerialRunner.Instance));
    }

    [Fact]
    public void Run_that_fails_leaves_the_program_as_it_was()
    {
        (SparseProgram program, Tensor input) = Doubling();
        using (program)
        {
            using GuardedTensors failing = new(atEnd: true, input), good = new(atEnd: true, input);
            Assert.Throws<InvalidOperationException>(() => program.Run(failing, new FailingRunner()));
            program.Run(good, SerialRunner.Instance);
            EngineAgreement.Same([input.Each(value => 2 * value)], good.Outputs(), "after a failure");
        }
    }

    private static (SparseProgram Program, Tensor Input) Doubling()
    {
        GraphSketch sketch = new();
        float[] diagonal = [.. Enumerable.Range(0, 1024).Select(i => i % 33 == 0 ? 2f : 0)];
        string y = sketch.Conv(sketch.Input("x", 1, 32, 9, 9), [32, 32, 1, 1], diagonal);
        return (new SparseProgram(sketch.Graph(y), new AccelerateOptions()), Tensor.Of(_random, 1, 32, 9, 9));
    }

    private static void Refuses(LayerGraph graph, string named, params Tensor[] inputs)
    {
        using SparseProgram program = new(graph, new AccelerateOptions());
        using GuardedTensors tensors = new(atEnd: true, inputs);
        var error = Assert.Throws<ArgumentException>(() => program.Run(tensors, SerialRunner.Instance));
        Assert.Contains(named, error.Message);
    }
}
