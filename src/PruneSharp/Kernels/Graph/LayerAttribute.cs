using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>One attribute of an operator. What it does not hold is empty or null.</summary>
/// <param name="Integers">An integer, or a list of them.</param>
/// <param name="Floats">A number, or a list of them.</param>
/// <param name="Text">A string, such as <c>SAME_UPPER</c>.</param>
public sealed record LayerAttribute(ImmutableArray<long> Integers, ImmutableArray<float> Floats, string? Text)
{
    /// <summary>An attribute that holds integers.</summary>
    public static LayerAttribute Of(params ReadOnlySpan<long> integers) => new([.. integers], [], null);

    /// <summary>An attribute that holds numbers.</summary>
    public static LayerAttribute Of(params ReadOnlySpan<float> floats) => new([], [.. floats], null);

    /// <summary>An attribute that holds a string.</summary>
    public static LayerAttribute Of(string text) => new([], [], text);
}
