using System.Globalization;

namespace PruneSharp;

/// <summary>How the positions of survivors are stored.</summary>
public sealed record PositionEncoding
{
    private PositionEncoding(string name, int gapBits = 0)
    {
        Name = name;
        GapBits = gapBits;
    }

    /// <summary>No positions: every weight is stored.</summary>
    public static PositionEncoding Dense { get; } = new("dense");

    /// <summary>One bit a weight.</summary>
    public static PositionEncoding Bitmask { get; } = new("bitmask");

    /// <summary>ONNX's own sparse_initializer with INT64 indices: eight bytes a survivor.</summary>
    public static PositionEncoding SparseInitializer { get; } = new("sparse-initializer");

    /// <summary>sparse_initializer with INT32 indices, which ONNX Runtime reads although the standard does not allow it.</summary>
    public static PositionEncoding SparseInitializerInt32 { get; } = new("sparse-initializer-int32");

    /// <summary>Every encoding, the ones with the cheapest unpacking first: of equal sizes the earlier is taken.</summary>
    public static IReadOnlyList<PositionEncoding> All { get; } =
        [Dense, Gaps(8), .. Enumerable.Range(3, 5).Reverse().Select(Gaps), Bitmask, SparseInitializer, SparseInitializerInt32];

    /// <summary>Name, as the command line takes it.</summary>
    public string Name { get; }

    /// <summary>Bits of a gap; 0 for other encodings.</summary>
    public int GapBits { get; }

    /// <summary>Whether positions are a sparse_initializer.</summary>
    public bool IsSparseInitializer => this == SparseInitializer || this == SparseInitializerInt32;

    /// <summary>Gaps of 3 to 8 bits; see <see cref="GapCode"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is out of range.</exception>
    public static PositionEncoding Gaps(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 8);
        return new(bits == 8 ? "gaps" : "gaps" + bits.ToString(CultureInfo.InvariantCulture), bits);
    }

    /// <summary>Reads a name; null is "auto", the smallest for each tensor.</summary>
    /// <exception cref="FormatException">There is no such encoding.</exception>
    public static PositionEncoding? Parse(string text) => text == "auto"
        ? null
        : All.Skip(1).FirstOrDefault(e => e.Name == text)
            ?? throw new FormatException($"There is no position encoding {text}. Use auto, {string.Join(", ", All.Skip(1).Select(e => e.Name))}.");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
