using CsCheck;

namespace PruneSharp.Tests;

public sealed class PackingCodeTests
{
    private static readonly Gen<(int Length, int[] Positions)> Masks =
        from length in Gen.Int[0, 3000]
        from density in Gen.OneOf(0.0, 0.001, 0.05, 0.3, 0.9, 1.0)
        from seed in Gen.Int
        select (length, Positions(length, density, seed));

    public static TheoryData<int> GapBits => [3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(GapBits))]
    public void Gaps_come_back_and_their_size_is_known_before(int bits)
    {
        foreach (long tensor in new[] { 1L, 1 << 21 })
        {
            var code = GapCode.Of(bits, tensor);
            Masks.Sample(
                mask =>
                {
                    byte[] bytes = code.Encode(mask.Positions);
                    var advances = new AdvanceHistogram();
                    advances.Add(mask.Positions);
                    Assert.Equal(code.Words.Bytes(code.Digits(advances)), bytes.Length);
                    Assert.Equal(mask.Positions, code.Decode(bytes, mask.Positions.Length, mask.Length));
                },
                iter: 300);
        }
    }

    [Fact]
    public void Gaps_written_out()
    {
        var code = GapCode.Of(8, 2000);
        Assert.Equal(255, code.Escape);
        Assert.Equal([3, 1, 4, 255, 0, 255, 255, 7], code.Encode([3, 4, 8, 263, 780]));
        Assert.Equal([0], code.Encode([0]));
        Assert.Equal([254], code.Encode([254]));
        Assert.Equal([255, 0], code.Encode([255]));

        // Seven digits of base 21 in a word of 31 bits: number j is digit j of the only word.
        var small = GapCode.Of(4, 1 << 21);
        Assert.Equal(new DigitWords(4, 7, 21), small.Words);
        Assert.Equal([5, 1, 20, 2, 20, 20, 20], small.Words.Unpack(small.Encode([5, 6, 28])));
    }

    [Fact]
    public void Longer_runs_than_any_histogram_counts_cost_what_is_said()
    {
        int[] positions = [1_000_000, 1_000_001, 9_999_999];
        foreach (int bits in GapBits)
        {
            var code = GapCode.Of(bits, 1 << 24);
            var advances = new AdvanceHistogram();
            advances.Add(positions);
            byte[] bytes = code.Encode(positions);
            Assert.Equal(code.Words.Bytes(code.Digits(advances)), bytes.Length);
            Assert.Equal(positions, code.Decode(bytes, 3, 10_000_000));
        }
    }

    [Fact]
    public void Bitmasks_come_back() => Masks.Sample(mask =>
    {
        byte[] bytes = BitmaskCode.Encode(mask.Positions, mask.Length);
        Assert.Equal(BitmaskCode.Bytes(mask.Length), bytes.Length);
        Assert.Equal(mask.Positions, BitmaskCode.Decode(bytes, mask.Positions.Length, mask.Length));
    });

    [Fact]
    public void Bitmask_written_out() =>
        // n = 2 bytes: bit j of byte i is weight 2j + i.
        Assert.Equal([0b0000_0101, 0b0001_0000], BitmaskCode.Encode([0, 4, 9], 10));

    [Fact]
    public void Lying_positions_are_refused()
    {
        var code = GapCode.Of(8, 100);
        Assert.Throws<InvalidDataException>(() => code.Decode([3, 1], 1, 100)); // one more than promised
        Assert.Throws<InvalidDataException>(() => code.Decode([3, 1], 3, 100)); // one less
        Assert.Throws<InvalidDataException>(() => code.Decode([3, 0], 2, 100)); // the same place twice
        Assert.Throws<InvalidDataException>(() => code.Decode([99, 1], 2, 100)); // past the end
        Assert.Throws<InvalidDataException>(() => BitmaskCode.Decode([1, 0], 2, 16));
        Assert.Throws<InvalidDataException>(() => BitmaskCode.Decode([1], 1, 16));
        Assert.Throws<InvalidDataException>(() => BitmaskCode.Decode([0, 128], 1, 15)); // bit behind the last weight
        var words = DigitWords.Of(4, 4);
        Assert.Throws<InvalidDataException>(() => words.Unpack([0, 0, 0, 0x80])); // negative
        Assert.Throws<InvalidDataException>(() => words.Unpack([1, 2, 3]));
        Assert.Throws<InvalidDataException>(() => words.Unpack([255, 255, 255, 127])); // more than seven digits of base 21
    }

    [Fact]
    public void Words_use_the_largest_base_that_fits()
    {
        foreach (int wordBytes in new[] { 4, 8 })
        {
            foreach (int bits in new[] { 2, 3, 4, 5, 6, 7 })
            {
                var words = DigitWords.Of(bits, wordBytes);
                var limit = System.Numerics.BigInteger.One << (wordBytes * 8 - 1);
                Assert.True(words.Base >= 1 << bits);
                Assert.True(System.Numerics.BigInteger.Pow(words.Base, words.PerWord) <= limit);
                Assert.True(System.Numerics.BigInteger.Pow(words.Base + 1, words.PerWord) > limit);
            }
        }
    }

    [Fact]
    public void Survivors_are_found_at_every_length_in_every_type()
    {
        var random = new Random(1);
        foreach (var type in Enum.GetValues<ElementType>())
        {
            for (int length = 0; length <= 200; length++)
            {
                var stored = new byte[length * type.Bytes()];
                for (int i = 0; i < length; i++)
                    if (random.Next(3) == 0)
                        stored[i * type.Bytes() + random.Next(type.Bytes())] = (byte)(1 << random.Next(8));
                var expected = Enumerable.Range(0, length).Where(i => stored.AsSpan(i * type.Bytes(), type.Bytes()).IndexOfAnyExcept((byte)0) >= 0);
                var chunk = SparseChunk.Of(stored, type, keepNegativeZeros: true);
                Assert.Equal(expected, chunk.Positions.ToArray());
                var back = new byte[stored.Length];
                back.AsSpan().Fill(7);
                SparseChunk.Scatter(chunk.Positions, chunk.Values, type, back);
                Assert.Equal(stored, back);
            }
        }
    }

    [Fact]
    public void Negative_zero_survives_only_where_it_is_kept()
    {
        byte[] stored = [.. new[] { 0f, -0f, 1f, float.NaN }.SelectMany(BitConverter.GetBytes)];
        Assert.Equal([1, 2, 3], SparseChunk.Of(stored, ElementType.Float32, keepNegativeZeros: true).Positions.ToArray());
        Assert.Equal([2, 3], SparseChunk.Of(stored, ElementType.Float32, keepNegativeZeros: false).Positions.ToArray());
    }

    [Fact]
    public void The_bound_is_the_entropy()
    {
        Assert.Equal(1000 / 8.0 + 500 * 4, EntropyBound.Bytes(1000, 500, 32), 9);
        Assert.Equal(0.4586, EntropyBound.Bytes(1_000_000, 100_000, 32) / 1e6, 4);
        Assert.Equal(0, EntropyBound.Bytes(1000, 0, 32));
        Assert.Equal(4000, EntropyBound.Bytes(1000, 1000, 32));
        Assert.Equal(0, EntropyBound.Bytes(0, 0, 32));
    }

    [Fact]
    public void Encodings_have_one_name_each_way()
    {
        foreach (var encoding in PositionEncoding.All.Skip(1))
            Assert.Equal(encoding, PositionEncoding.Parse(encoding.Name));
        Assert.Null(PositionEncoding.Parse("auto"));
        foreach (string name in new[] { "exact", "equal", "fp16", "codebook:2", "codebook:8" })
            Assert.Equal(name, ValueEncoding.Parse(name).Name);
        foreach (string bad in new[] { "gaps2", "gaps8", "dense", "", "Gaps" })
            Assert.Contains("gaps3", Assert.Throws<FormatException>(() => PositionEncoding.Parse(bad)).Message);
        foreach (string bad in new[] { "codebook:1", "codebook:9", "codebook", "codebook:44", "fp32" })
            Assert.Contains("codebook:2 to codebook:8", Assert.Throws<FormatException>(() => ValueEncoding.Parse(bad)).Message);
    }

    internal static int[] Positions(int length, double density, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Where(_ => random.NextDouble() < density)];
    }
}
