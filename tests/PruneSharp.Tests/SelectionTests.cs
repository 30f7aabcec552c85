using CsCheck;

namespace PruneSharp.Tests;

public sealed class SelectionTests
{
    // Few values make many ties; the others cover every sign, size and both zeros.
    private static readonly Gen<float> Tied = Gen.OneOf(-2f, -0f, 0f, 1f, 2f, float.PositiveInfinity, float.Epsilon);
    private static readonly Gen<float> Any = Gen.OneOf(Gen.Float[-1e6f, 1e6f], Tied);

    [Fact]
    public void Lowest_prunes_exactly_the_count_and_ties_by_lowest_index()
    {
        float[] weights = [3, -1, 1, 0, -1, 2];
        Assert.Equal("101011", Bits(Lowest(weights, 2)));
        Assert.Equal("100011", Bits(Lowest(weights, 3)));
        Assert.Equal("111111", Bits(Lowest(weights, 0)));
        Assert.Equal("000000", Bits(Lowest(weights, 6)));
    }

    [Fact]
    public void Minus_zero_ties_with_zero() => Assert.Equal("0011", Bits(Lowest([-0f, 0f, 0f, -0f], 2)));

    [Fact]
    public void Lowest_equals_a_stable_sort() =>
        Any.Array[0, 3000].SelectMany(w => Gen.Int[0, w.Length].Select(k => (w, k)))
            .Sample(x => Bits(Lowest(x.w, x.k)) == Bits(Sorted([.. x.w.Select(v => (double)Math.Abs(v))], x.k)));

    [Fact]
    public void Signed_scores_equal_a_stable_sort() =>
        Gen.OneOf(Gen.Double, Gen.OneOf(-1d, -0d, 0d, 1d, double.NegativeInfinity, double.PositiveInfinity)).Where(v => !double.IsNaN(v)).Array[0, 2000]
            .SelectMany(s => Gen.Int[0, s.Length].Select(k => (s, k)))
            .Sample(x => Bits(Selection.Lowest(UnitScores.Of("s", x.s), x.k)) == Bits(Sorted(x.s, x.k)));

    [Theory]
    [InlineData(100_000, "normal")]
    [InlineData(100_000, "ties")]
    [InlineData(100_000, "mostly zero")]
    [InlineData(100_000, "rows")]
    [InlineData(100_000, "constant")]
    [InlineData(2_000_000, "normal")]
    [InlineData(2_000_000, "hostile")]
    public void Large_tensors_equal_a_stable_sort_on_any_number_of_threads(int length, string kind)
    {
        var weights = Make(length, kind);
        foreach (double amount in new[] { 0.0003, 0.2, 0.5, 0.9, 0.99999 })
        {
            long count = Selection.Count(amount, length);
            var expected = Sorted([.. weights.Select(v => (double)Math.Abs(v))], count);
            foreach (int threads in new[] { 1, 2, 5 })
                Assert.True(expected.Words.Span.SequenceEqual(Lowest(weights, count, threads).Words.Span), $"{kind} {amount} on {threads} threads");
        }
    }

    [Fact]
    public void Joint_selection_equals_selection_on_the_concatenation() =>
        Tied.Array[0, 700].Array[1, 6].SelectMany(t => Gen.Int[0, t.Sum(w => w.Length)].Select(k => (t, k))).Sample(x =>
        {
            var scores = x.t.Select((w, i) => UnitScores.OfMagnitudes($"t{i}", WeightData.Of(w))).ToList();
            var masks = Selection.Lowest(scores, x.k);
            return string.Concat(masks.Select(Bits)) == Bits(Lowest([.. x.t.SelectMany(w => w)], x.k))
                && Selection.LowestCounts(scores, x.k).SequenceEqual(masks.Select(m => m.PrunedCount));
        });

    [Fact]
    public void Joint_selection_over_large_tensors_equals_the_concatenation()
    {
        float[][] tensors = [Make(70_001, "normal"), Make(0, "normal"), Make(129, "ties"), Make(300_000, "rows"), Make(63, "constant")];
        float[] all = [.. tensors.SelectMany(w => w)];
        var scores = tensors.Select((w, i) => UnitScores.OfMagnitudes($"t{i}", WeightData.Of(w))).ToList();
        foreach (int threads in new[] { 1, 3 })
            Assert.Equal(Bits(Lowest(all, 200_000)), string.Concat(Selection.Lowest(scores, 200_000, threads).Select(Bits)));
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float64)]
    public void Other_element_types_rank_by_their_value(ElementType type)
    {
        var stored = new byte[90_000 * type.Bytes()];
        for (int i = 0; i < 90_000; i++)
        {
            float value = 0.37f * (i * 7919 % 90_001 - 45_000);
            if (type == ElementType.Float64)
                BitConverter.TryWriteBytes(stored.AsSpan(i * 8), (double)value);
            else if (type == ElementType.Float16)
                BitConverter.TryWriteBytes(stored.AsSpan(i * 2), (Half)(value / 100));
            else
                BitConverter.TryWriteBytes(stored.AsSpan(i * 2), (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
        }

        var data = WeightData.Of(stored, type);
        var values = new double[90_000];
        WeightValues.ToDouble(stored, type, values);
        double[] magnitudes = [.. values.Select(Math.Abs)];
        foreach (long count in new long[] { 1, 20_000, 89_999 })
            Assert.Equal(Bits(Sorted(magnitudes, count)), Bits(Selection.Lowest(UnitScores.OfMagnitudes("w", data), count)));
    }

    [Fact]
    public void Mixed_element_types_rank_together_by_value()
    {
        Half[] halves = [(Half)0.5, (Half)(-3)];
        var masks = Selection.Lowest([UnitScores.OfMagnitudes("h", WeightData.Of(halves)), UnitScores.OfMagnitudes("d", WeightData.Of(new[] { 0.25, -1, 5.0 }))], 3);
        Assert.Equal(["01", "001"], masks.Select(Bits));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100_000)]
    public void NaN_is_an_error_that_names_tensor_and_index(int length)
    {
        var weights = Make(length, "normal");
        weights[length - 2] = -float.NaN;
        foreach (long count in new[] { 0L, 1, length / 2, length })
        {
            var error = Assert.Throws<NaNScoreException>(() => Selection.Lowest(UnitScores.OfMagnitudes("conv1.weight", WeightData.Of(weights)), count));
            Assert.Equal((length - 2L, "conv1.weight"), (error.Index, error.Tensor));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Count_outside_the_tensor_is_refused(long count) => Assert.Throws<ArgumentOutOfRangeException>(() => Lowest([1, 2, 3], count));

    private static Mask Lowest(float[] weights, long count, int threads = 1) =>
        Selection.Lowest(UnitScores.OfMagnitudes("w", WeightData.Of(weights)), count, threads);

    private static Mask Sorted(double[] scores, long count)
    {
        var keep = new bool[scores.Length];
        foreach (int i in Enumerable.Range(0, scores.Length).OrderBy(i => scores[i] + 0.0).Skip((int)count))
            keep[i] = true;
        return Mask.FromBooleans(keep, keep.Length);
    }

    private static string Bits(Mask mask) => string.Concat(mask.ToTensor<byte>().Select(b => (char)('0' + b)));

    private static float[] Make(int length, string kind)
    {
        var random = new Random(7);
        var weights = new float[length];
        for (int i = 0; i < length; i++)
            weights[i] = kind switch
            {
                "normal" => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5),
                "ties" => random.Next(5) - 2,
                "mostly zero" => random.Next(20) == 0 ? random.NextSingle() : 0,
                "rows" => (i / 4096 + 1) * (1 + random.NextSingle() * 0.001f), // neighbours alike: the sample sees few values
                "hostile" => i < length / 2 ? 1 + random.NextSingle() * 1e-6f : random.NextSingle() * (i % 977 == 0 ? 1e30f : 1e-30f),
                _ => 0.25f,
            };
        return weights;
    }
}
