using System.Numerics.Tensors;

namespace PruneSharp;

/// <summary>Score |w|.</summary>
internal sealed record L1Criterion : Criterion
{
    public override string Name => "l1";

    public override bool RanksByMagnitude => true;

    public override void Score(string tensor, long first, ReadOnlySpan<double> weights, Span<double> scores) =>
        TensorPrimitives.Abs(weights, scores);
}
