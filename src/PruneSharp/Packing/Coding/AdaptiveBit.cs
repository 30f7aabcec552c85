using System.Runtime.CompilerServices;

namespace PruneSharp;

/// <summary>A probability that learns: it moves by 1/(n + 1.5) of the error after n bits, at least by 1/512.</summary>
internal struct AdaptiveBit
{
    private const int Limit = 511;

    private static readonly int[] Rates = [.. Enumerable.Range(0, Limit + 1).Select(n => 131072 / (2 * n + 3))];

    private ushort _one;
    private ushort _count;

    /// <summary>A probability of one half that has seen nothing.</summary>
    public static AdaptiveBit Half => new() { _one = 32768 };

    /// <summary>Probability of 1 in 1/65536, from 32 to 65504.</summary>
    public readonly int One => Math.Clamp((int)_one, 32, 65504);

    /// <summary>An array of unknown probabilities.</summary>
    public static AdaptiveBit[] Array(int count)
    {
        var bits = new AdaptiveBit[count];
        System.Array.Fill(bits, Half);
        return bits;
    }

    /// <summary>A probability that starts with a guess worth some bits.</summary>
    public static AdaptiveBit Guess(int one, int count) => new() { _one = (ushort)Math.Clamp(one, 1, 65535), _count = (ushort)count };

    /// <summary>Codes one bit and learns from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Code(ref BitCoder coder, int bit)
    {
        bit = coder.Code(bit, One);
        Learn(bit);
        return bit;
    }

    /// <summary>Learns from a bit that was coded by other means.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Learn(int bit)
    {
        int target = bit == 0 ? 0 : 65535;
        _one = (ushort)(_one + (((target - _one) * Rates[_count]) >> 16));
        if (_count < Limit)
            _count++;
    }
}
