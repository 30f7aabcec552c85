using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

public sealed class IntegerEvaluatorTests
{
    [Fact]
    public void Shape_needs_dims_only_and_takes_start_and_end()
    {
        Assert.Equal([2, 3, 4, 5], Values("Shape", [new([2, 3, 4, 5])]));
        Assert.Equal([3, 4], Values("Shape", [new([2, 3, 4, 5])], TestModel.Int("start", 1), TestModel.Int("end", -1)));
        Assert.Equal([120], Values("Size", [new([2, 3, 4, 5])]));
        Assert.Null(Values("Shape", [null]));
    }

    [Fact]
    public void Chunk_as_torch_exports_it_is_computed()
    {
        // Shape → Gather → Add → Div → Mul: the cut point of chunk(2).
        var shape = Evaluate("Shape", [new([2, 7, 4, 5])])!;
        var channels = Evaluate("Gather", [shape, Of(1)])!;
        Assert.Equal([1L], channels.Dims);
        var half = Evaluate("Div", [Evaluate("Add", [channels, Of(1)]), Of(2)]);
        Assert.Equal([8], Values("Mul", [half, Of(2)]));
    }

    [Fact]
    public void Division_truncates_and_remainders_have_the_sign_that_ONNX_says()
    {
        ObservedTensor a = Of(-7, 7, -7, 7, 6), b = Of(2, -2, -2, 2, 3);
        Assert.Equal([-3, -3, 3, 3, 2], Values("Div", [a, b]));
        Assert.Equal([1, -1, -1, 1, 0], Values("Mod", [a, b]));
        Assert.Equal([-1, 1, -1, 1, 0], Values("Mod", [a, b], TestModel.Int("fmod", 1)));
    }

    [Fact]
    public void Operands_broadcast()
    {
        var column = new ObservedTensor([2, 1], [10, 20]);
        Assert.Equal([11, 12, 13, 21, 22, 23], Values("Add", [column, Of(1, 2, 3)]));
        Assert.Equal([1, 2, 20, 2], Values("Where", [new([2, 2], [0, 0, 1, 0]), column, Of(1, 2)]));
        Assert.Null(Values("Add", [Of(1, 2, 3), Of(1, 2)]));
    }

    [Fact]
    public void Reductions_join_along_axes()
    {
        var matrix = new ObservedTensor([2, 3], [1, 2, 3, 4, 5, 6]);
        Assert.Equal([5, 7, 9], Values("ReduceSum", [matrix, Of(0)]));
        Assert.Equal([6, 120], Values("ReduceProd", [matrix], TestModel.Ints("axes", 1), TestModel.Int("keepdims", 0)));
        Assert.Equal([1], Values("ReduceProd", [new([0], [])]));
        Assert.Null(Values("ReduceMax", [new([0], [])]));
    }

    [Fact]
    public void Parts_are_taken_in_both_forms_of_slice()
    {
        var row = Of(0, 1, 2, 3, 4, 5);
        Assert.Equal([4, 3, 2, 1, 0], Values("Slice", [row, Of(4), Of(long.MinValue), Of(0), Of(-1)]));
        Assert.Equal([2, 3, 4, 5], Values("Slice", [row, Of(2), Of(long.MaxValue)]));
        var old = TestModel.NodeOf("Slice", ["x"], TestModel.Ints("starts", -2), TestModel.Ints("ends", 9));
        Assert.Equal([4, 5], IntegerEvaluator.Evaluate(old, 9, [row])![0].Integers!);
    }

    [Fact]
    public void What_is_not_known_is_null()
    {
        Assert.Null(Values("Add", [Of(1), new([1])]));
        Assert.Null(Values("Mul", [Of(1L << 40), Of(1L << 40)]));
        Assert.Null(Values("Mul", [Of(1 << 20), Of(1 << 20)]));
        Assert.Null(Values("Div", [Of(1), Of(0)]));
        Assert.Null(Values("Div", [Of(long.MinValue), Of(-1)]));
        Assert.Null(Values("Abs", [Of(long.MinValue)]));
        Assert.Null(Values("Cast", [Of(1)], TestModel.Int("to", 1)));
        Assert.Null(Values("Gather", [Of(1), Of(5)]));
        Assert.Null(Values("Expand", [Of(1), Of(1L << 50)]));
        Assert.Null(Values("Range", [new([], [0]), new([], [long.MaxValue]), new([], [1])]));
        Assert.Null(Values("ConstantOfShape", [Of(3)]));
        Assert.Null(Values("Relu", [Of(3)]));
        Assert.Null(Values("Identity", [new([3], [1])]));
    }

    [Fact]
    public void Nonsense_never_throws()
    {
        string[] operators = ["Shape", "Size", "ConstantOfShape", "Range", "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast", "Transpose", "Expand", "Tile", "Gather", "Slice", "Concat", "Split", "Where", "Neg", "Abs", "Not", "Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Equal", "And", "ReduceSum", "ReduceProd", "ReduceMin", "ReduceMax"];
        string[] attributes = ["axis", "axes", "starts", "ends", "split", "perm", "shape", "keepdims", "start", "end", "to", "fmod", "value", "allowzero", "k", "broadcast"];
        long[] numbers = [0, 1, 2, 3, -1, -2, 7, 255, 256, 257, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 40];
        var random = new Random(1);
        long Number() => numbers[random.Next(random.Next(3) == 0 ? numbers.Length : 5)];
        long[] Numbers() => [.. Enumerable.Range(0, random.Next(5)).Select(_ => Number())];
        int known = 0;
        for (int i = 0; i < 100_000; i++)
        {
            ObservedTensor?[] inputs = [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(8) == 0 ? null : random.Next(3) == 0 ? new ObservedTensor(Numbers(), Numbers()) : Of(Numbers()))];
            var node = TestModel.NodeOf(operators[random.Next(operators.Length)], [.. inputs.Select((_, n) => $"i{n}")]);
            for (int a = random.Next(3); a > 0; a--)
                node.Attribute.Add(random.Next(2) == 0 ? TestModel.Int(attributes[random.Next(attributes.Length)], Number()) : TestModel.Ints(attributes[random.Next(attributes.Length)], Numbers()));
            var outputs = IntegerEvaluator.Evaluate(node, random.Next(1, 22), inputs, _ => Numbers());
            known += outputs is null ? 0 : 1;
            Assert.All(outputs ?? [], o => Assert.Equal(Dimensions.Count(o.Dims), o.Integers!.Count));
        }

        Assert.True(known > 1000);
    }

    private static ObservedTensor Of(params long[] values) => new([values.Length], values);

    private static ObservedTensor? Evaluate(string op, ObservedTensor?[] inputs, params AttributeProto[] attributes) =>
        IntegerEvaluator.Evaluate(TestModel.NodeOf(op, [.. inputs.Select((_, i) => $"i{i}")], attributes), 18, inputs)?[0];

    private static IReadOnlyList<long>? Values(string op, ObservedTensor?[] inputs, params AttributeProto[] attributes) => Evaluate(op, inputs, attributes)?.Integers;
}
