using System.Runtime.InteropServices;
using CsCheck;

namespace PruneSharp.Tests;

public sealed class MaskNumbersTests
{
    [Fact]
    public void Every_length_keeps_and_zeroes_single_precision() => Check(BitConverter.SingleToUInt32Bits, ElementType.Float32);

    [Fact]
    public void Every_length_keeps_and_zeroes_double_precision() => Check(f => BitConverter.DoubleToUInt64Bits(f), ElementType.Float64);

    [Fact]
    public void Every_length_keeps_and_zeroes_half_precision() => Check(f => BitConverter.HalfToUInt16Bits((Half)f), ElementType.Float16);

    [Fact]
    public void Every_length_keeps_and_zeroes_brain_floats() => Check(f => (ushort)(BitConverter.SingleToUInt32Bits(f) >> 16), ElementType.BFloat16);

    [Theory]
    [InlineData(0.5f, true)]
    [InlineData(-1f, true)]
    [InlineData(float.NaN, true)]
    [InlineData(-0f, false)]
    public void Other_numbers_in_the_mask_are_noticed_wherever_they_are(float number, bool isOther)
    {
        for (int at = 0; at < 20; at++)
        {
            var mask = Enumerable.Repeat(1f, 20).ToArray();
            mask[at] = number;
            var product = new float[20];
            Assert.Equal(isOther, Apply(new float[20], mask, product).HasOtherNumbers);
        }
    }

    [Fact]
    public void Pruned_infinities_become_zero_and_are_noticed_kept_ones_stay()
    {
        for (int at = 0; at < 20; at++)
        {
            foreach (float value in new[] { float.PositiveInfinity, float.NegativeInfinity, float.NaN })
            {
                float[] weights = new float[20], mask = Enumerable.Repeat(1f, 20).ToArray(), product = new float[20];
                weights[at] = value;
                Assert.False(Apply(weights, mask, product).PrunesNonFinite);
                Assert.Equal(value, product[at]);
                mask[at] = 0;
                Assert.True(Apply(weights, mask, product).PrunesNonFinite);
                Assert.Equal(0u, BitConverter.SingleToUInt32Bits(product[at]));
            }
        }
    }

    [Fact]
    public void Lengths_must_agree() => Assert.Throws<ArgumentException>(() => Apply(new float[3], new float[2], new float[3]));

    [Fact]
    public void A_large_tensor_is_masked_in_place()
    {
        const int Size = (1 << 21) + 77;
        float[] weights = new float[Size], mask = new float[Size];
        for (int i = 0; i < Size; i++)
            (weights[i], mask[i]) = (i + 1, i % 3 == 0 ? 1 : 0);
        Apply(weights, mask, weights);
        for (int i = 0; i < Size; i++)
            Assert.Equal(i % 3 == 0 ? i + 1 : 0, weights[i]);
    }

    [Fact]
    public void Masks_are_written_as_numbers_of_every_type() =>
        Gen.Select(Gen.Bool.Array[0, 300], Gen.Int[0, 3]).Sample((bits, skipped) =>
        {
            var mask = Mask.FromBooleans(bits, bits.Length);
            int first = Math.Min(skipped * 64, bits.Length / 64 * 64), count = bits.Length - first;
            var singles = new float[count];
            var doubles = new double[count];
            var halves = new Half[count];
            var brains = new ushort[count];
            mask.WriteNumbers(MemoryMarshal.AsBytes(singles.AsSpan()), ElementType.Float32, first);
            mask.WriteNumbers(MemoryMarshal.AsBytes(doubles.AsSpan()), ElementType.Float64, first);
            mask.WriteNumbers(MemoryMarshal.AsBytes(halves.AsSpan()), ElementType.Float16, first);
            mask.WriteNumbers(MemoryMarshal.AsBytes(brains.AsSpan()), ElementType.BFloat16, first);
            for (int i = 0; i < count; i++)
            {
                float expected = bits[first + i] ? 1 : 0;
                if (singles[i] != expected || doubles[i] != expected || (float)halves[i] != expected || brains[i] != (bits[first + i] ? 0x3F80 : 0))
                    return false;
            }

            return true;
        });

    private static MaskedFacts Apply(float[] weights, float[] mask, float[] product) =>
        MaskNumbers.Apply(MemoryMarshal.AsBytes(weights.AsSpan()), MemoryMarshal.AsBytes(mask.AsSpan()), MemoryMarshal.AsBytes(product.AsSpan()), ElementType.Float32);

    private static void Check<T>(Func<float, T> bits, ElementType type)
        where T : unmanaged
    {
        for (int length = 0; length <= 2 * 16 + 1; length++)
        {
            T[] weights = [.. Enumerable.Range(0, length).Select(i => bits(i - 7.5f))];
            T[] mask = [.. Enumerable.Range(0, length).Select(i => bits(i % 3 == 1 ? 0 : 1))];
            var product = new T[length];
            foreach (bool changes in new[] { true, false })
            {
                Array.Clear(product);
                var facts = MaskNumbers.Apply(MemoryMarshal.AsBytes(weights.AsSpan()), MemoryMarshal.AsBytes(mask.AsSpan()), MemoryMarshal.AsBytes(product.AsSpan()), type, changes);
                Assert.Equal(weights.Select((w, i) => i % 3 == 1 ? default : w), product);
                Assert.Equal(default, facts);
            }
        }
    }
}
