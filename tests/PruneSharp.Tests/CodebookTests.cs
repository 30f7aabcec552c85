using System.Runtime.InteropServices;
using CsCheck;

namespace PruneSharp.Tests;

public sealed class CodebookTests
{
    [Fact]
    public void Clusters_are_the_best_of_all_partitions() =>
        Gen.Select(Gen.Float[-1, 1].Array[1, 9], Gen.Int[2, 4]).Sample(
            (values, clusters) =>
            {
                double[] sorted = [.. values.Select(v => (double)v).Order()];
                var points = sorted.Select(v => new WeightedValue(v, 1)).ToList();
                int[] starts = OptimalPartition.Starts(points, clusters);
                Assert.Equal(Math.Min(clusters, points.Count), starts.Length);
                Assert.Equal(0, starts[0]);
                Assert.Equal(Best(sorted, 0, starts.Length), Cost(sorted, starts), 9);
            },
            iter: 400);

    [Fact]
    public void Weighted_points_count_as_often_as_they_occur()
    {
        var weighted = OptimalPartition.Starts([new(0, 10), new(1, 1), new(2, 1), new(10, 5)], 2);
        var single = OptimalPartition.Starts([.. Enumerable.Repeat(0.0, 10).Append(1).Append(2).Concat(Enumerable.Repeat(10.0, 5)).Select(v => new WeightedValue(v, 1))], 2);
        Assert.Equal([0, 3], weighted);
        Assert.Equal([0, 12], single);
    }

    [Fact]
    public void A_large_tensor_in_buckets_is_as_good_as_in_full()
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 100_000).Select(_ => (float)((random.NextDouble() + random.NextDouble() - 1) * 0.1))];
        double[] sorted = [.. values.Select(v => (double)v).Order()];
        int[] exact = OptimalPartition.Starts([.. sorted.Select(v => new WeightedValue(v, 1))], 16);
        double best = Cost(sorted, exact);
        var chunk = Chunk(values);
        var codebook = Codebook.Fit([chunk], values.Length, 4, ElementType.Float32)!;
        byte[] coded = Codebook.Decode(codebook.Codes(chunk.Values), codebook.Entries.Span, ElementType.Float32);
        var back = MemoryMarshal.Cast<byte, float>(coded);
        double error = 0;
        for (int i = 0; i < values.Length; i++)
            error += Math.Pow(values[i] - (double)back[i], 2);
        Assert.InRange(error / best, 0.999, 1.001);
    }

    [Fact]
    public void Few_distinct_values_stay_exact_and_the_result_is_the_same_every_time()
    {
        float[] values = [0.5f, -0.25f, 0.5f, 3, -0.25f];
        var chunk = Chunk(values);
        for (int run = 0; run < 3; run++)
        {
            var codebook = Codebook.Fit([chunk], 5, 2, ElementType.Float32)!;
            Assert.Equal(3, codebook.Count);
            Assert.Equal([1, 0, 1, 2, 0], codebook.Codes(chunk.Values));
            Assert.Equal(chunk.Values.ToArray(), Codebook.Decode([1, 0, 1, 2, 0], codebook.Entries.Span, ElementType.Float32));
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(200_000)]
    public void Values_that_are_few_already_stay_bit_for_bit_however_near_and_many(int count)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => 0.1 + i * 7 % 16 * 1e-9)];
        var chunk = SparseChunk.Of(MemoryMarshal.AsBytes<double>(values), ElementType.Float64, keepNegativeZeros: true);
        var codebook = Codebook.Fit([chunk], count, 4, ElementType.Float64)!;
        Assert.Equal(16, codebook.Count);
        Assert.Equal(values, MemoryMarshal.Cast<byte, double>(Codebook.Decode(codebook.Codes(chunk.Values), codebook.Entries.Span, ElementType.Float64)).ToArray());
    }

    [Fact]
    public void What_no_centre_can_stand_for_is_refused()
    {
        Assert.Null(Codebook.Fit([Chunk([1, float.NaN])], 2, 4, ElementType.Float32));
        Assert.Null(Codebook.Fit([Chunk([1, float.PositiveInfinity])], 2, 4, ElementType.Float32));
        Assert.Equal(0, Codebook.Fit([Chunk([])], 0, 4, ElementType.Float32)!.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => Codebook.Fit([], 0, 1, ElementType.Float32));
        Assert.Throws<InvalidDataException>(() => Codebook.Decode([1], new byte[4], ElementType.Float32));
    }

    [Fact]
    public void Four_bit_codes_stand_two_a_byte()
    {
        var words = Codebook.Words(4, 100);
        Assert.Equal(new DigitWords(1, 2, 16), words);
        Assert.Equal([0x41, 0x52, 0x03], words.Pack([1, 2, 3, 4, 5], 0));
    }

    private static SparseChunk Chunk(float[] values) => SparseChunk.Of(MemoryMarshal.AsBytes<float>(values), ElementType.Float32, keepNegativeZeros: true);

    // Every way to cut the sorted values.
    private static double Best(double[] sorted, int start, int clusters)
    {
        if (clusters == 1)
            return Spread(sorted[start..]);
        double best = double.PositiveInfinity;
        for (int end = start + 1; end <= sorted.Length - clusters + 1; end++)
            best = Math.Min(best, Spread(sorted[start..end]) + Best(sorted, end, clusters - 1));
        return best;
    }

    private static double Cost(double[] sorted, int[] starts) =>
        starts.Select((start, i) => Spread(sorted[start..(i + 1 < starts.Length ? starts[i + 1] : sorted.Length)])).Sum();

    private static double Spread(double[] values)
    {
        double mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean));
    }
}
