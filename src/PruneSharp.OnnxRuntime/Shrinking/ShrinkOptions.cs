using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>How a model is shrunk.</summary>
public sealed record ShrinkOptions
{
    /// <summary>The default tolerance of the comparison: a shrunk model adds in another order.</summary>
    public const double DefaultTolerance = 2e-5;

    /// <summary>What may shrink; default <see cref="ShrinkRules"/>.</summary>
    public ShrinkRules Rules { get; init; } = new();

    /// <summary>How units are ranked and aligned; default <see cref="RankingOptions"/>.</summary>
    public RankingOptions Ranking { get; init; } = new();

    /// <summary>
    /// How the result is compared with the masked model, and which sizes dynamic dimensions have; default tolerance
    /// <see cref="DefaultTolerance"/>.
    /// </summary>
    public VerifyOptions Verify { get; init; } = new() { Tolerance = DefaultTolerance };

    /// <summary>How latency is measured; its sizes and ranges come from <see cref="Verify"/>.</summary>
    public LatencyOptions Latency { get; init; } = new() { MinimumMilliseconds = 500 };

    /// <summary>Whether families whose layers got slower are given back; default true. With an alignment of 1 none are.</summary>
    public bool GiveBack { get; init; } = true;

    /// <summary>Whether an existing output may be replaced; default false.</summary>
    public bool Force { get; init; }

    /// <summary>Told what is going on.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Stops the work; nothing is written then.</summary>
    public CancellationToken Cancellation { get; init; }
}
