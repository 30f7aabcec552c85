namespace PruneSharp;

/// <summary>
/// Positions as gaps. Each survivor is one digit: how far it lies behind the survivor before it (the first: its index). The largest digit
/// E = Base − 1 is an escape, which moves E on without a survivor, so an advance a is ⌊a / E⌋ escapes and the digit a mod E. The running
/// sum of the digits is the index; escapes are dropped from it.
/// </summary>
public sealed record GapCode
{
    private const int MostWideLength = 1 << 20;

    private GapCode(int bits, DigitWords words)
    {
        Bits = bits;
        Words = words;
    }

    /// <summary>Fewest bits of a gap, 3 to 8.</summary>
    public int Bits { get; }

    /// <summary>How digits are packed.</summary>
    public DigitWords Words { get; }

    /// <summary>The escape: the largest digit, and how far it moves.</summary>
    public int Escape => Words.Base - 1;

    /// <summary>
    /// The code for a tensor: eight bits are plain bytes; fewer share 64-bit words in tensors of up to 2²⁰ weights, where every byte counts,
    /// and 32-bit words in larger ones, which need half the memory to unpack.
    /// </summary>
    /// <param name="bits">3 to 8.</param>
    /// <param name="length">Weights in the tensor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is out of range.</exception>
    public static GapCode Of(int bits, long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 8);
        return new(bits, bits == 8 ? new(1, 1, 256) : DigitWords.Of(bits, length <= MostWideLength ? 8 : 4));
    }

    /// <summary>Digits, escapes and padding included, of survivors that are spread like this.</summary>
    public long Digits(AdvanceHistogram advances) => Words.Words(advances.Survivors + advances.Escapes(Escape)) * Words.PerWord;

    /// <summary>Packs ascending positions; unused digits at the end are escapes.</summary>
    public byte[] Encode(ReadOnlySpan<int> positions)
    {
        long count = positions.Length;
        int before = 0;
        foreach (int position in positions)
        {
            count += (position - before) / Escape;
            before = position;
        }

        var digits = new byte[count];
        int at = 0;
        before = 0;
        foreach (int position in positions)
        {
            int advance = position - before;
            for (; advance >= Escape; advance -= Escape)
                digits[at++] = (byte)Escape;
            digits[at++] = (byte)advance;
            before = position;
        }

        return Words.Pack(digits, (byte)Escape);
    }

    /// <summary>The positions again.</summary>
    /// <param name="bytes">What <see cref="Encode"/> made.</param>
    /// <param name="survivors">How many there are.</param>
    /// <param name="length">Weights in the chunk.</param>
    /// <exception cref="InvalidDataException">The bytes do not hold that many ascending positions below <paramref name="length"/>.</exception>
    public int[] Decode(ReadOnlySpan<byte> bytes, int survivors, int length)
    {
        byte[] digits = Words.Unpack(bytes);
        if (survivors > digits.Length)
            throw new InvalidDataException($"{survivors} survivors cannot come from {digits.Length} gaps.");
        var positions = new int[survivors];
        long index = 0, last = -1;
        int found = 0;
        foreach (byte digit in digits)
        {
            index += digit;
            if (digit == Escape)
                continue;
            if (found == survivors || index <= last || index >= length)
                throw new InvalidDataException($"gap {found} leads to weight {index}; expected {survivors} survivors, each behind the one before, within {length} weights.");
            positions[found++] = (int)(last = index);
        }

        return found == survivors ? positions : throw new InvalidDataException($"the gaps hold {found} survivors, expected {survivors}.");
    }
}
