using System.Collections.Immutable;
using System.Numerics;

namespace PruneSharp;

/// <summary>
/// Which weights of one tensor stay: 1 = keep, 0 = pruned. One bit a weight in storage order, bit i of the mask is bit i mod 64 of word
/// i / 64; the unused bits of the last word are 0. Immutable.
/// </summary>
public sealed partial class Mask
{
    private readonly ulong[] _words;

    internal Mask(ImmutableArray<long> shape, ulong[] words)
    {
        Shape = shape;
        Length = ElementCount(shape);
        if (words.LongLength != WordCount(Length))
            throw new ArgumentException($"A mask of {Length} weights has {WordCount(Length)} words, got {words.LongLength}.", nameof(words));
        _words = words;
    }

    /// <summary>Dimensions of the tensor, row-major; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Number of weights.</summary>
    public long Length { get; }

    /// <summary>Number of weights that stay.</summary>
    public long KeptCount => CountRange(0, Length);

    /// <summary>Number of pruned weights.</summary>
    public long PrunedCount => Length - KeptCount;

    /// <summary>Fraction of pruned weights; 0 for an empty mask.</summary>
    public double Sparsity => Length == 0 ? 0 : (double)PrunedCount / Length;

    /// <summary>Whether one weight stays.</summary>
    /// <param name="index">0-based flat storage index.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> lies outside the mask.</exception>
    public bool this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
            return (_words[index >> 6] >> (int)index & 1) != 0;
        }
    }

    /// <summary>The bits, 64 weights a word; the unused bits of the last word are 0.</summary>
    public ReadOnlyMemory<ulong> Words => _words;

    /// <summary>A mask that keeps everything.</summary>
    public static Mask Ones(params IEnumerable<long> shape)
    {
        ImmutableArray<long> dims = [.. shape];
        long length = ElementCount(dims);
        var words = new ulong[WordCount(length)];
        Array.Fill(words, ulong.MaxValue);
        if (length % 64 != 0)
            words[^1] = (1UL << (int)(length % 64)) - 1;
        return new(dims, words);
    }

    /// <summary>A mask that prunes everything.</summary>
    public static Mask Zeros(params IEnumerable<long> shape)
    {
        ImmutableArray<long> dims = [.. shape];
        return new(dims, new ulong[WordCount(ElementCount(dims))]);
    }

    /// <summary>Keeps what both masks keep.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Mask And(Mask other)
    {
        if (!Shape.SequenceEqual(other.Shape))
            throw new ArgumentException($"A mask of shape [{string.Join(", ", Shape)}] cannot be combined with one of shape [{string.Join(", ", other.Shape)}]; use equal shapes.", nameof(other));
        var words = new ulong[_words.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = _words[i] & other._words[i];
        return new(Shape, words);
    }

    /// <summary>The same bits under another shape of as many weights.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of weights.</exception>
    public Mask Reshape(params IEnumerable<long> shape) => new([.. shape], _words);

    /// <summary>Weights that stay among those of a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the mask.</exception>
    public long CountRange(long first, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length - first);
        if (count == 0)
            return 0;
        long last = first + count - 1;
        ulong head = ulong.MaxValue << (int)first, tail = ulong.MaxValue >> (63 - (int)(last & 63));
        if (first >> 6 == last >> 6)
            return BitOperations.PopCount(_words[first >> 6] & head & tail);
        long kept = BitOperations.PopCount(_words[first >> 6] & head) + BitOperations.PopCount(_words[last >> 6] & tail);
        for (long word = (first >> 6) + 1; word < last >> 6; word++)
            kept += BitOperations.PopCount(_words[word]);
        return kept;
    }

    internal static long WordCount(long length) => (length + 63) / 64;

    internal static long ElementCount(ImmutableArray<long> shape)
    {
        long count = 1;
        foreach (long dim in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dim, nameof(shape));
            count = checked(count * dim);
        }

        return count;
    }
}
