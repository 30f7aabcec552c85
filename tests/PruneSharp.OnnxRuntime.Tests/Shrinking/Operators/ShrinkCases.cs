namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>The forms of all operators that channels can go through, and what becomes of them.</summary>
internal static class ShrinkCases
{
    /// <summary>The cases, by chapter.</summary>
    public static IReadOnlyList<ShrinkCase> All { get; } =
    [
        .. ElementwiseCases.All,
        .. BroadcastCases.All,
        .. ConvolutionCases.All,
        .. ProductCases.All,
        .. NormalizationCases.All,
        .. ReductionCases.All,
        .. PictureCases.All,
        .. JoinCases.All,
        .. LayoutCases.All,
        .. SizeCases.All,
        .. RecurrentCases.All,
        .. AttentionCases.All,
        .. QuantizedCases.All,
    ];
}
