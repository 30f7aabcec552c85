namespace PruneSharp.Tests;

public sealed class StructureTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Channels_of_minus_infinity_go_first_under_any_norm(double norm)
    {
        var tensor = WeightTensor.Of("w", new float[6], 3, 2);
        double[] scores = [0, 1, double.NegativeInfinity, double.NegativeInfinity, 0, 2];
        var criterion = Criterion.Custom(new Dictionary<string, ReadOnlyMemory<double>> { ["w"] = scores });
        Assert.Equal([1, 1, 0, 0, 1, 1], Structure.Channel(0, norm).Prune(tensor, criterion, 1).ToTensor<byte>());
        scores[2] = double.NaN;
        Assert.Throws<NaNScoreException>(() => Structure.Channel(0, norm).Prune(tensor, criterion, 1));
        (scores[2], scores[3]) = (scores[3], scores[2]);
        Assert.Throws<NaNScoreException>(() => Structure.Channel(0, norm).Prune(tensor, criterion, 1));
    }

    [Fact]
    public void NOfM_keeps_the_n_largest_of_every_m_inputs()
    {
        float[] weights =
        [
            1, -4, 3, 2, 5,
            -1, 1, 1, 1, 0,
        ];
        Assert.Equal("01101 00111", Prune(Structure.NOfM(2, 4), weights, [2, 5], 0));
        Assert.Equal("00000 00000", Prune(Structure.NOfM(0, 3), weights, [2, 5], 0));
        Assert.Equal("11111 11111", Prune(Structure.NOfM(4, 4), weights, [2, 5], 0));
    }

    [Fact]
    public void NOfM_runs_along_input_channels_at_each_kernel_position()
    {
        // One output, four inputs, two kernel positions: position 0 holds 1 2 3 4, position 1 holds 8 7 6 5.
        float[] weights = [1, 8, 2, 7, 3, 6, 4, 5];
        Assert.Equal("01011010", Prune(Structure.NOfM(2, 4), weights, [1, 4, 2], 0));
    }

    [Fact]
    public void NOfM_follows_a_layout_that_stores_inputs_first()
    {
        // MatMul weights [in, out]: the four inputs of an output are a column.
        float[] weights = [1, 8, 2, 7, 3, 6, 4, 5];
        var tensor = new WeightTensor("w", WeightData.Of(weights), new([4, 2], [1], [0], []));
        Assert.Equal("01011010", Text(Structure.NOfM(2, 4).Prune(tensor, Criterion.L1, 0)));
    }

    [Theory]
    [InlineData(3, 1_500_000, true)]
    [InlineData(700_003, 3, false)]
    [InlineData(1_500_000, 3, true)]
    [InlineData(3, 700_003, false)]
    public void NOfM_on_large_tensors_equals_group_by_group_choice(int rows, int columns, bool inputsFirst)
    {
        var random = new Random(11);
        float[] weights = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.Next(-50, 50))];
        var layout = inputsFirst ? new WeightLayout([rows, columns], [1], [0], []) : new WeightLayout([rows, columns], [0], [1], []);
        var mask = Structure.NOfM(2, 4).Prune(new("w", WeightData.Of(weights), layout), Criterion.L1, 0);
        int outputs = inputsFirst ? columns : rows, inputs = inputsFirst ? rows : columns;
        for (int o = 0; o < outputs; o += 97)
        {
            for (int first = 0; first < inputs; first += 4)
            {
                long[] group = [.. Enumerable.Range(first, Math.Min(4, inputs - first)).Select(i => inputsFirst ? (long)i * columns + o : (long)o * columns + i)];
                var kept = group.OrderBy(i => Math.Abs(weights[i])).ThenBy(i => i).TakeLast(2).ToHashSet();
                Assert.All(group, i => Assert.Equal(kept.Contains(i), mask[i]));
            }
        }
    }

    [Fact]
    public void NOfM_with_huge_groups_keeps_what_fits() =>
        Assert.Equal("11111 11111", Prune(Structure.NOfM(int.MaxValue - 1, int.MaxValue), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 5], 0));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Channel_norms_of_NaN_are_an_error(double norm) =>
        Assert.Throws<NaNScoreException>(() => Prune(Structure.Channel(0, norm), [1, float.NaN, 3, 4], [2, 2], 1));

    [Fact]
    public void Block_ranks_the_mean_over_the_cells_it_has()
    {
        float[] weights =
        [
            1, 1, 9, 9, 2,
            1, 1, 0, 0, 2,
            3, 3, 1, 0, 1,
        ];
        // 2x2 blocks, means: 1, 4.5, 2 / 3, 0.5, 1.
        Assert.Equal("11111 11111 11001", Prune(Structure.Block(2, 2), weights, [3, 5], 1));
        Assert.Equal("00111 00111 11000", Prune(Structure.Block(2, 2), weights, [3, 5], 3));
    }

    [Fact]
    public void Block_columns_are_flattened_inputs_and_kernel()
    {
        // Two outputs of 2 inputs x 2 positions; 1x2 blocks pair the positions of one input: means 3, 3, 9, 2.
        float[] weights = [5, 1, 1, 5, 9, 9, 2, 2];
        Assert.Equal("0011 1100", Prune(Structure.Block(1, 2), weights, [2, 2, 2], 2));
    }

    [Theory]
    [InlineData(0, 1, "000 111")]
    [InlineData(1, 1, "110 110")]
    [InlineData(-1, 1, "110 110")]
    public void Channel_prunes_the_slice_of_lowest_norm(int axis, long count, string expected) =>
        Assert.Equal(expected, Prune(Structure.Channel(axis), [1, 2, 0, 3, -4, 1], [2, 3], count));

    [Fact]
    public void Channel_norms_can_disagree()
    {
        float[] weights = [3, 0, 0, 2, 2, 1.9f];
        Assert.Equal("000 111", Prune(Structure.Channel(0, 1), weights, [2, 3], 1));
        Assert.Equal("111 000", Prune(Structure.Channel(0, double.PositiveInfinity), weights, [2, 3], 1));
        Assert.Equal("000 111", Prune(Structure.Channel(0, 0), weights, [2, 3], 1));
        Assert.Equal("000 111", Prune(Structure.Channel(0, double.NegativeInfinity), weights, [2, 3], 1));
    }

    [Fact]
    public void Channel_out_of_range_says_which_axes_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => Prune(Structure.Channel(5), new float[64 * 3 * 49], [64, 3, 7, 7], 1));
        Assert.Contains("w has canonical shape [64, 3, 7, 7]; axis must be 0..3, got 5. Use axis 0", error.Message);
    }

    [Fact]
    public void Grouped_transposed_convolution_counts_outputs_of_every_group()
    {
        // Storage [in 4, out per group 1], two groups: outputs are (group, 0), inputs those of the group.
        float[] weights = [1, 1, 5, 5];
        var tensor = new WeightTensor("w", WeightData.Of(weights), new([2, 2, 1], [0, 2], [1], []));
        Assert.Equal(2, Structure.Channel(0).UnitCount(tensor));
        Assert.Equal("0011", Text(Structure.Channel(0).Prune(tensor, Criterion.L1, 1)));
    }

    [Fact]
    public void Half_precision_ranks_as_float_does()
    {
        float[] weights = [1, 2, 0, 3, -4, 1];
        var half = new WeightTensor("w", WeightData.Of(weights.Select(w => (Half)w).ToArray()), WeightLayout.Plain(2, 3));
        Assert.Equal("110 110".Replace(" ", ""), Text(Structure.Channel(1).Prune(half, Criterion.L2, 1)));
    }

    [Theory]
    [InlineData("unstructured")]
    [InlineData("2:4")]
    [InlineData("block:4x1")]
    [InlineData("channel")]
    [InlineData("channel:-1")]
    public void Text_round_trips(string text) => Assert.Equal(text, StructureText.Parse(text).ToString());

    [Theory]
    [InlineData("5:4")]
    [InlineData("2:0")]
    [InlineData("block:0x1")]
    [InlineData("block:4")]
    [InlineData("rows")]
    [InlineData("99999999999:4")]
    public void Text_that_is_no_structure_is_refused(string text) =>
        Assert.Contains("block:RxC", Assert.Throws<FormatException>(() => StructureText.Parse(text)).Message);

    [Fact]
    public void DeadOutputs_counts_rows_of_zeros() =>
        Assert.Equal(1, DeadOutputs.Count(WeightTensor.Of("w", new float[] { 0, -0f, 0, 1, 1, 0 }, 3, 2)));

    private static string Prune(Structure structure, float[] weights, long[] shape, long count)
    {
        string text = Text(structure.Prune(WeightTensor.Of("w", weights, shape), Criterion.L1, count));
        return string.Join(' ', text.Chunk((int)shape.Aggregate((a, b) => a * b) / (int)shape[0]).Select(row => new string(row)));
    }

    private static string Text(Mask mask) => string.Concat(mask.ToTensor<byte>().Select(b => (char)('0' + b)));
}
