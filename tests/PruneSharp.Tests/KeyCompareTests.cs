using System.Numerics;

namespace PruneSharp.Tests;

public sealed class KeyCompareTests
{
    [Fact]
    public void Vector_and_scalar_agree_at_every_length_for_32_bits() => Agree<int>(int.MaxValue);

    [Fact]
    public void Vector_and_scalar_agree_at_every_length_for_64_bits() => Agree<long>(-1);

    private static void Agree<TKey>(TKey mask)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        var random = new Random(3);
        TKey low = TKey.CreateTruncating(-40), high = TKey.CreateTruncating(55);
        for (int length = 0; length <= 300; length++)
        {
            var keys = new TKey[length];
            for (int i = 0; i < length; i++)
                keys[i] = TKey.CreateTruncating(random.Next(-100, 100));
            int words = (length + 63) / 64;
            ulong[] above = new ulong[words], inside = new ulong[words], expectedAbove = new ulong[words], expectedInside = new ulong[words];
            TKey largest = KeyCompare.Invoke<TKey>(keys, mask, low, high, above, inside);
            Assert.Equal(KeyCompare.Scalar<TKey>(keys, mask, low, high, expectedAbove, expectedInside), largest);
            Assert.Equal(expectedAbove, above);
            Assert.Equal(expectedInside, inside);
        }
    }
}
