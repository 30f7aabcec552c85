using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>How much a model shrinks.</summary>
public abstract record ShrinkTarget
{
    private protected ShrinkTarget()
    {
    }

    /// <summary>Takes a fraction of the units, or a count: of all, with scope local of each family's.</summary>
    public sealed record Units(Amount Amount) : ShrinkTarget;

    /// <summary>Leaves at most a fraction, or a count, of the multiply-accumulates.</summary>
    public sealed record Macs(Amount Limit) : ShrinkTarget;

    /// <summary>Leaves at most a fraction, or a count, of the parameters.</summary>
    public sealed record Parameters(Amount Limit) : ShrinkTarget;

    /// <summary>Makes the file, with its external data, at most this large.</summary>
    public sealed record FileBytes(long Limit) : ShrinkTarget;

    /// <summary>Makes a run on this machine take at most this long, by the median.</summary>
    public sealed record Latency(double Milliseconds) : ShrinkTarget;

    /// <summary>Takes units whose removal changes nothing.</summary>
    /// <param name="Options">What counts as dead; default <see cref="DeadOptions"/>.</param>
    /// <param name="Align">Kept counts are multiples of this; 1 takes all.</param>
    public sealed record Dead(DeadOptions? Options = null, int Align = RankingOptions.DeadAlign) : ShrinkTarget;

    /// <summary>Takes what a list names.</summary>
    public sealed record Replay(CutList Cuts) : ShrinkTarget;
}
