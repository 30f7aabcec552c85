namespace PruneSharp.Onnx;

/// <summary>How units are chosen.</summary>
public sealed record RankingOptions
{
    /// <summary>The alignment that ONNX Runtime's blocked layout is fast with.</summary>
    public const int DefaultAlign = 8;

    /// <summary>The least alignment that costs no speed, for removals that should lose nothing.</summary>
    public const int DeadAlign = 4;

    /// <summary>More than this is no alignment.</summary>
    internal const int MostAlign = 4096;

    /// <summary>What makes a unit important; default the sum of absolute values of its weights.</summary>
    public UnitCriterion Criterion { get; init; } = UnitCriterion.Of(PruneSharp.Criterion.L1);

    /// <summary>Which units compete; default <see cref="ShrinkScope.Local"/>.</summary>
    public ShrinkScope Scope { get; init; }

    /// <summary>
    /// Kept counts are multiples of this, and of 4 where channels of convolutions are counted; default 8, which ONNX Runtime is fast with.
    /// 1 switches both off.
    /// </summary>
    public int Align { get; init; } = DefaultAlign;

    /// <summary>Units that stay in every family; default 1.</summary>
    public int MinimumKept { get; init; } = 1;
}
