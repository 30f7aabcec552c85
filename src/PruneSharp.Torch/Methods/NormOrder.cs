using System.Globalization;

namespace PruneSharp.Torch;

/// <summary>
/// The n of an Ln norm: a number, 0 (how many entries are not 0), ±∞ (largest, smallest absolute value), <c>"fro"</c> (Frobenius: L2 over all
/// other dimensions) or <c>"nuc"</c> (nuclear: the sum of the singular values of the channel's slice as a matrix).
/// </summary>
public readonly record struct NormOrder
{
    private NormOrder(double order, bool isNuclear)
    {
        Order = order;
        IsNuclear = isNuclear;
    }

    /// <summary>The number n; 0 for the nuclear norm.</summary>
    public double Order { get; }

    /// <summary>Whether this is the nuclear norm.</summary>
    public bool IsNuclear { get; }

    /// <summary>The norm of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is NaN.</exception>
    public static implicit operator NormOrder(double order) => double.IsNaN(order)
        ? throw new ArgumentOutOfRangeException(nameof(order), order, "The n of an Ln norm is a number or ±infinity.")
        : new(order, false);

    /// <summary>The norm of a name: <c>fro</c> or <c>nuc</c>.</summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> is neither.</exception>
    public static implicit operator NormOrder(string name) => name switch
    {
        "fro" => new(2, false),
        "nuc" => new(0, true),
        _ => throw new ArgumentException($"'{name}' is no norm. Use a number, \"fro\" or \"nuc\".", nameof(name)),
    };

    /// <inheritdoc/>
    public override string ToString() => IsNuclear ? "nuc" : Order.ToString("R", CultureInfo.InvariantCulture);
}
