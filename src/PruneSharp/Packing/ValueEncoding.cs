using System.Globalization;

namespace PruneSharp;

/// <summary>How the values of survivors are stored.</summary>
public sealed record ValueEncoding
{
    private ValueEncoding(string name, int codebookBits = 0)
    {
        Name = name;
        CodebookBits = codebookBits;
    }

    /// <summary>Every weight comes back with the same bits; −0 is a survivor, because its sign is one.</summary>
    public static ValueEncoding Exact { get; } = new("exact");

    /// <summary>Every weight comes back equal; −0, which a product with a mask leaves behind, becomes 0.</summary>
    public static ValueEncoding Equal { get; } = new("equal");

    /// <summary>Survivors are rounded to 16-bit floats.</summary>
    public static ValueEncoding Half { get; } = new("fp16");

    /// <summary>Name, as the command line takes it.</summary>
    public string Name { get; }

    /// <summary>Bits of a code; 0 for other encodings.</summary>
    public int CodebookBits { get; }

    /// <summary>Whether −0 is kept apart from 0.</summary>
    public bool KeepsNegativeZeros => this == Exact;

    /// <summary>Whether weights come back equal to what they were.</summary>
    public bool IsLossless => this == Exact || this == Equal;

    /// <summary>Survivors are replaced by the nearest of 2^bits values; see <see cref="Codebook"/>.</summary>
    /// <param name="bits">2 to 8.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is out of range.</exception>
    public static ValueEncoding Codebook(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 8);
        return new("codebook:" + bits.ToString(CultureInfo.InvariantCulture), bits);
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">There is no such encoding.</exception>
    public static ValueEncoding Parse(string text) => text switch
    {
        "exact" => Exact,
        "equal" => Equal,
        "fp16" => Half,
        ['c', 'o', 'd', 'e', 'b', 'o', 'o', 'k', ':', >= '2' and <= '8' and var bits] => Codebook(bits - '0'),
        _ => throw new FormatException($"There is no value encoding {text}. Use exact, equal, fp16, or codebook:2 to codebook:8."),
    };

    /// <summary>Bits of one stored survivor of a type.</summary>
    public int Bits(ElementType type) => CodebookBits > 0 ? CodebookBits : this == Half ? 16 : type.Bytes() * 8;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
