using PruneSharp.Onnx;
using static PruneSharp.OnnxRuntime.Tests.DeadToy;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Dead units where several paths meet, and in front of matrix products.</summary>
public sealed class DeadStructureTests
{
    [Theory]
    [InlineData(new[] { 1, 2 }, new[] { 1, 2 }, 0f)]
    [InlineData(new[] { 1, 2 }, new[] { 2, 3 }, 0f)]
    [InlineData(new[] { 1, 2 }, new[] { 2, 3 }, 0.75f)]
    public void One_side_of_a_residual_addition_goes_and_its_channels_are_written_anew(int[] first, int[] second, float constant)
    {
        var (dead, cut) = new DeadToy()
            .Weight("w", [8, 3, 3, 3], Zero(27, first)).Weight("b", [8], Set([.. first.Select(i => (i, constant))]))
            .Weight("u", [8, 3, 1, 1], Zero(3, second)).Weight("a", [8], Set([.. second.Select(i => (i, constant))])).Weight("v", [4, 8, 1, 1])
            .Node("Conv", "x w b", "p", Ints("pads", 1, 1, 1, 1)).Node("Relu", "p", "q").Node("Conv", "x u a", "s").Node("Relu", "s", "t").Node("Add", "q t", "y").Node("Conv", "y v", "z").Shrink();
        int both = first.Intersect(second).Count();
        Assert.Equal(first.Length + second.Length + both, dead.Units); // rows of both sides, and columns of what reads them
        Assert.Equal((6 * 28) + (6 * 4) + (4 * (8 - both)) + (constant > 0 ? 4 : 0), cut.Parameters);
    }

    [Fact]
    public void A_gate_that_is_zero_takes_its_channel_with_it()
    {
        var (dead, _) = new DeadToy()
            .Weight("w", [8, 3, 3, 3]).Weight("g", [8, 8, 1, 1], Zero(8, 3)).Weight("h", [8], Set((3, -10))).Weight("v", [4, 8, 3, 3])
            .Node("Conv", "x w", "y", Ints("pads", 1, 1, 1, 1)).Node("GlobalAveragePool", "y", "p").Node("Conv", "p g h", "q").Node("HardSigmoid", "q", "s").Node("Mul", "y s", "m").Node("Conv", "m v", "z", Ints("pads", 1, 1, 1, 1)).Shrink();
        Assert.Equal(0, dead.Units); // the channel feeds the other gates: it is alive
        (dead, _) = new DeadToy()
            .Weight("w", [8, 3, 3, 3]).Weight("g", [8, 3, 1, 1], Zero(3, 3)).Weight("h", [8], Set((3, -10))).Weight("v", [4, 8, 3, 3])
            .Node("Conv", "x w", "y", Ints("pads", 1, 1, 1, 1)).Node("GlobalAveragePool", "x", "p").Node("Conv", "p g h", "q").Node("HardSigmoid", "q", "s").Node("Mul", "y s", "m").Node("Conv", "m v", "z", Ints("pads", 1, 1, 1, 1)).Shrink();
        Assert.Equal(1, dead.Units);
    }

    [Theory]
    [InlineData("MatMul", 1)]
    [InlineData("Gemm", 2)]
    [InlineData("Gemm", 3)]
    public void Constants_are_folded_into_matrix_products(string second, int inputs)
    {
        string[] operands = ["r", "v", "c"];
        var (dead, cut) = new DeadToy(-1, 6)
            .Weight("w", [6, 8], v => { for (int k = 0; k < 6; k++) v[(k * 8) + 5] = v[(k * 8) + 7] = 0; }).Weight("b", [8], Set((5, 0.3f), (7, 0))).Weight("v", [8, 4]).Weight("c", [4])
            .Node("Gemm", "x w b", "y").Node("Tanh", "y", "r").Node(second, string.Join(' ', operands.Take(Math.Max(2, inputs))), "z").Shrink();
        Assert.Equal(2, dead.Units);
        Assert.Equal(1, dead.Folded);
        Assert.Equal((6 * 6) + 6 + (6 * 4) + 4, cut.Parameters);
    }

    [Fact]
    public void Concatenated_and_pooled_constants_are_followed()
    {
        var (dead, _) = new DeadToy()
            .Weight("w", [4, 3, 1, 1], Zero(3, 1)).Weight("b", [4], Set((1, 2))).Weight("u", [4, 3, 1, 1], Zero(3, 0)).Weight("a", [4], Set((0, 0))).Weight("f", [128, 3])
            .Node("Conv", "x w b", "p").Node("Conv", "x u a", "q").Node("Concat", "p q", "c", Int("axis", 1)).Node("MaxPool", "c", "m", Ints("kernel_shape", 2, 2), Ints("strides", 2, 2)).Node("Flatten", "m", "l").Node("Gemm", "l f", "z").Shrink();
        Assert.Equal(2, dead.Units);
        Assert.Equal(1, dead.Folded);
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Hidden_units_whose_state_stays_zero_go(string op, int gates)
    {
        void Last(float[] v, int columns) => v.AsSpan(((((gates - 1) * 5) + 2) * columns), columns).Clear();
        var (dead, _) = new DeadToy(7, -1, 3)
            .Weight("w", [1, gates * 5, 3], v => Last(v, 3)).Weight("r", [1, gates * 5, 5], v => Last(v, 5)).Weight("b", [1, gates * 10], v => v[((gates - 1) * 5) + 2] = v[(gates * 5) + ((gates - 1) * 5) + 2] = 0).Weight("f", [5, 2])
            .Node(op, "x w r b", "y h", Int("hidden_size", 5)).Node("MatMul", "h f", "z").Shrink();
        Assert.Equal(1, dead.Units);
    }

    [Theory]
    [MemberData(nameof(ToyTests.Toys), MemberType = typeof(ToyTests))]
    public void Filters_that_channel_pruning_made_zero_go(string toy)
    {
        string folder = Directory.CreateTempSubdirectory("prunesharp-").FullName, pruned = Path.Combine(folder, "pruned.onnx");
        OnnxPruner.Prune(Path.Combine(AppContext.BaseDirectory, "Toys", toy), pruned, new() { Structure = StructureText.Parse("channel"), Allocation = Allocation.Local, Amount = 0.5 });
        var (dead, cut) = ShrinkFile(pruned, tolerance: 1e-5);
        TestContext.Current.TestOutputHelper?.WriteLine($"{toy}: {dead.Units} dead, {dead.Folded} folded, {cut.Analysis.Parameters} -> {cut.Parameters}, {string.Join("; ", dead.Refused)}");
        Assert.True(dead.Units > 0);
        Directory.Delete(folder, recursive: true);
    }
}
