using System.Numerics;

namespace PruneSharp;

/// <summary>A run of units of one tensor that one thread scans, and what the scan found.</summary>
internal sealed class Segment<TKey>(int source, long first, long count)
    where TKey : unmanaged, IBinaryInteger<TKey>
{
    private TKey[] _keys = [];
    private int[] _indices = [];

    /// <summary>Position of the tensor in the list.</summary>
    public int Source { get; } = source;

    /// <summary>Flat index of the first unit; a multiple of 64.</summary>
    public long First { get; } = first;

    /// <summary>Number of units, at most 2³⁰.</summary>
    public long Count { get; } = count;

    /// <summary>Units above the bracket.</summary>
    public long KeptCount { get; set; }

    /// <summary>Units inside the bracket.</summary>
    public long InsideCount { get; set; }

    /// <summary>Keys inside the bracket, by ascending index; complete unless <see cref="Overflowed"/>.</summary>
    public Span<TKey> CandidateKeys => _keys.AsSpan(0, Overflowed ? 0 : (int)InsideCount);

    /// <summary>Indices of the candidates counted from <see cref="First"/>, ascending.</summary>
    public ReadOnlySpan<int> CandidateIndices => _indices.AsSpan(0, Overflowed ? 0 : (int)InsideCount);

    /// <summary>True where more units lie inside the bracket than were worth storing.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Forgets an earlier scan.</summary>
    /// <param name="expected">Candidates to make room for.</param>
    public void Reset(long expected)
    {
        Reserve(expected);
        KeptCount = InsideCount = 0;
        Overflowed = false;
    }

    /// <summary>
    /// Stores the keys of one block whose bit in <paramref name="inside"/> is set, or sets <see cref="Overflowed"/> where more than
    /// <paramref name="limit"/> would be stored.
    /// </summary>
    public void Add(ReadOnlySpan<TKey> keys, TKey mask, long first, ReadOnlySpan<ulong> inside, long limit)
    {
        int at = (int)InsideCount;
        if (at + keys.Length > _keys.Length)
        {
            // Room for what the share of candidates so far promises for the whole segment, and always for one full block.
            double scanned = first - First + keys.Length;
            Reserve(Math.Min((long)(at / scanned * Count * 1.1), limit) + 2L * keys.Length);
        }

        var keyStore = _keys.AsSpan(at);
        var indexStore = _indices.AsSpan(at);
        int stored = 0, start = (int)(first - First);
        for (int word = 0; word < inside.Length; word++)
        {
            for (ulong bits = inside[word]; bits != 0; bits &= bits - 1)
            {
                int i = word * 64 + BitOperations.TrailingZeroCount(bits);
                keyStore[stored] = keys[i] & mask;
                indexStore[stored++] = start + i;
            }
        }

        InsideCount += stored;
        Overflowed = InsideCount > limit;
    }

    private void Reserve(long count)
    {
        count = Math.Min(count, Count);
        if (count <= _keys.Length)
            return;
        var keys = GC.AllocateUninitializedArray<TKey>((int)Math.Min(Array.MaxLength, count));
        var indices = GC.AllocateUninitializedArray<int>(keys.Length);
        _keys.AsSpan(0, (int)InsideCount).CopyTo(keys);
        _indices.AsSpan(0, (int)InsideCount).CopyTo(indices);
        (_keys, _indices) = (keys, indices);
    }
}
