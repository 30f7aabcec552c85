using CsCheck;

namespace PruneSharp.Tests;

public sealed class MaskTests
{
    [Fact]
    public void FromTensor_and_back_keeps_values()
    {
        float[] values = [1, 0, 1, 1, 0, -0f];
        var mask = Mask.FromTensor<float>(values, 2, 3);
        Assert.Equal(new float[] { 1, 0, 1, 1, 0, 0 }, mask.ToTensor<float>());
        Assert.Equal(3, mask.KeptCount);
        Assert.Equal(0.5, mask.Sparsity);
        Assert.Equal([2, 3], mask.Shape);
        Assert.True(mask[3]);
        Assert.False(mask[4]);
    }

    [Theory]
    [InlineData(2f)]
    [InlineData(float.NaN)]
    [InlineData(-1f)]
    [InlineData(0.5f)]
    public void FromTensor_names_the_first_value_that_is_no_mask(float bad)
    {
        var error = Assert.Throws<ArgumentException>(() => Mask.FromTensor<float>([1, bad], 2));
        Assert.Contains("[1]", error.Message);
    }

    [Fact]
    public void FromTensor_refuses_a_wrong_count() => Assert.Throws<ArgumentException>(() => Mask.FromTensor<int>([1, 0], 3));

    [Fact]
    public void And_keeps_what_both_keep()
    {
        var a = Mask.FromBooleans([true, true, false, false], 4);
        var b = Mask.FromBooleans([true, false, true, false], 4);
        Assert.Equal(new byte[] { 1, 0, 0, 0 }, a.And(b).ToTensor<byte>());
        Assert.Throws<ArgumentException>(() => a.And(b.Reshape(2, 2)));
    }

    [Fact]
    public void Scalars_and_empty_tensors_have_masks()
    {
        Assert.Equal(1, Mask.Ones().KeptCount);
        Assert.Equal(0, Mask.Ones(3, 0).Length);
        Assert.Equal(0, Mask.Zeros(0).Sparsity);
    }

    [Fact]
    public void Ones_leaves_no_stray_bits() => Gen.Int[0, 300].Sample(n => Mask.Ones(n).KeptCount == n && Mask.Zeros(n).KeptCount == 0);

    [Fact]
    public void CountRange_counts_what_the_bits_say() =>
        Gen.Bool.Array[0, 300].SelectMany(bits => Gen.Int[0, bits.Length].Select(first => (bits, first)))
            .SelectMany(x => Gen.Int[0, x.bits.Length - x.first].Select(count => (x.bits, x.first, count)))
            .Sample(x => Mask.FromBooleans(x.bits, x.bits.Length).CountRange(x.first, x.count) == x.bits.AsSpan(x.first, x.count).ToArray().Count(b => b));

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Zero_writes_plus_zero_exactly_where_pruned(ElementType type)
    {
        int size = type.Bytes();
        (from bits in Gen.Bool.Array[0, 400]
         from first in Gen.Int[0, bits.Length]
         from stored in Gen.Byte.Array[(bits.Length - first) * size]
         select (bits, first, stored)).Sample(x =>
        {
            var expected = (byte[])x.stored.Clone();
            for (int i = x.first; i < x.bits.Length; i++)
                if (!x.bits[i])
                    expected.AsSpan((i - x.first) * size, size).Clear();
            Mask.FromBooleans(x.bits, x.bits.Length).Zero(x.stored, type, x.first);
            return expected.AsSpan().SequenceEqual(x.stored);
        });
    }

    [Fact]
    public void Zero_makes_infinity_and_NaN_zero()
    {
        float[] weights = [float.PositiveInfinity, float.NaN, -1];
        Mask.Zeros(3).Zero(weights);
        Assert.Equal([0, 0, 0], weights.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void ZeroCount_counts_both_zeros() =>
        Gen.Int[0, 100].SelectMany(n => Gen.OneOf(0f, -0f, 1f, float.NaN, float.Epsilon).Array[n])
            .Sample(w => ZeroCount.Of(WeightData.Of(w)) == w.Count(x => x == 0));
}
