namespace PruneSharp.Onnx;

/// <summary>What counts as dead.</summary>
public sealed record DeadOptions
{
    /// <summary>
    /// A slice of a weight counts as zero where its largest absolute value is at most this part of the weight's largest; default 1e-9. At 0
    /// only exact zeros count.
    /// </summary>
    public double Threshold { get; init; } = 1e-9;

    /// <summary>Whether constant operands of sums may be written anew; default <see cref="DeadFill.WhereFaster"/>.</summary>
    public DeadFill Fill { get; init; }
}
