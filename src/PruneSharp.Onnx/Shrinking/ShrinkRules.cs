namespace PruneSharp.Onnx;

/// <summary>What may shrink.</summary>
public sealed record ShrinkRules
{
    /// <summary>What goes together in attention; default <see cref="AttentionUnits.Auto"/>.</summary>
    public AttentionUnits Attention { get; init; }

    /// <summary>
    /// Whether units may go over which a mean, a largest value or a normalisation is taken. The statistics of what is left differ, so the
    /// smaller model computes something else than the masked one; default false.
    /// </summary>
    public bool Approximate { get; init; }

    /// <summary>Which families: a pattern matches the name of any tensor that a family touches, or of a node that uses one. Default all.</summary>
    public Targets Targets { get; init; } = new();
}
