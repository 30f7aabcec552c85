using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>
/// Small numbers packed into words as digits of a base: number j·n + i is digit j of word i, n words in all. Unpacking is one division by
/// the powers of the base and one remainder, [1, n] → [digits, n], whose rows follow each other in order. Standard operators can do that on
/// signed integers, and a base that is no power of two leaves no bit of the word unused.
/// </summary>
/// <param name="WordBytes">1 (unsigned), 4 or 8 (signed, never negative).</param>
/// <param name="PerWord">Digits in a word.</param>
/// <param name="Base">Digits are 0 … Base − 1; Base ^ PerWord fits the word.</param>
public sealed record DigitWords(int WordBytes, int PerWord, int Base)
{
    /// <summary>As many digits of at least <paramref name="bits"/> bits as fit a word, with the largest base that this number of digits allows.</summary>
    public static DigitWords Of(int bits, int wordBytes)
    {
        int wordBits = wordBytes == 1 ? 8 : wordBytes * 8 - 1, perWord = wordBits / bits;
        int digits = 1 << bits;
        while (Fits(digits + 1, perWord, wordBits))
            digits++;
        return new(wordBytes, perWord, Math.Min(digits, 256));
    }

    /// <summary>Words for a number of digits.</summary>
    public long Words(long digits) => (digits + PerWord - 1) / PerWord;

    /// <summary>Bytes for a number of digits.</summary>
    public long Bytes(long digits) => Words(digits) * WordBytes;

    /// <summary>1, Base, Base², …: what words are divided by.</summary>
    public long[] Powers()
    {
        var powers = new long[PerWord];
        powers[0] = 1;
        for (int j = 1; j < PerWord; j++)
            powers[j] = powers[j - 1] * Base;
        return powers;
    }

    /// <summary>Packs digits; the last words are filled up with <paramref name="padding"/>.</summary>
    public byte[] Pack(ReadOnlySpan<byte> digits, byte padding)
    {
        if (WordBytes == 1 && PerWord == 1)
            return digits.ToArray();
        int count = (int)Words(digits.Length);
        var words = new long[count];
        for (int j = PerWord - 1; j >= 0; j--)
        {
            var row = digits[Math.Min(digits.Length, j * count)..Math.Min(digits.Length, (j + 1) * count)];
            for (int i = 0; i < row.Length; i++)
                words[i] = words[i] * Base + row[i];
            for (int i = row.Length; i < count; i++)
                words[i] = words[i] * Base + padding;
        }

        var bytes = new byte[count * WordBytes];
        for (int i = 0; i < count; i++)
        {
            switch (WordBytes)
            {
                case 1: bytes[i] = (byte)words[i]; break;
                case 4: MemoryMarshal.Cast<byte, int>(bytes.AsSpan())[i] = (int)words[i]; break;
                default: MemoryMarshal.Cast<byte, long>(bytes.AsSpan())[i] = words[i]; break;
            }
        }

        return bytes;
    }

    /// <summary>The digits of packed words, padding included.</summary>
    /// <exception cref="InvalidDataException">A word is negative or holds more than its digits.</exception>
    public byte[] Unpack(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % WordBytes != 0)
            throw new InvalidDataException($"{bytes.Length} bytes are not a whole number of {WordBytes}-byte words.");
        if (WordBytes == 1 && PerWord == 1)
            return bytes.ToArray();
        int count = bytes.Length / WordBytes;
        var digits = new byte[(long)count * PerWord];
        for (int i = 0; i < count; i++)
        {
            long word = WordBytes switch
            {
                1 => bytes[i],
                4 => MemoryMarshal.Cast<byte, int>(bytes)[i],
                _ => MemoryMarshal.Cast<byte, long>(bytes)[i],
            };
            long rest = word;
            for (int j = 0; j < PerWord; j++)
            {
                (rest, long digit) = Math.DivRem(rest, Base);
                digits[j * count + i] = (byte)digit;
            }

            if (word < 0 || rest != 0)
                throw new InvalidDataException($"word {i} is {word}, which is not {PerWord} digits of base {Base}.");
        }

        return digits;
    }

    private static bool Fits(int digits, int count, int wordBits)
    {
        UInt128 product = 1;
        for (int j = 0; j < count; j++)
            product *= (UInt128)digits;
        return product <= UInt128.One << wordBits;
    }
}
