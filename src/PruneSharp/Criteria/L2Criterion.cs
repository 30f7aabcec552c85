using System.Numerics.Tensors;

namespace PruneSharp;

/// <summary>
/// Score w². Single weights are ranked by |w|: the same order, without the ties that squaring makes where it under- or overflows.
/// </summary>
internal sealed record L2Criterion : Criterion
{
    public override string Name => "l2";

    public override bool RanksByMagnitude => true;

    public override void Score(string tensor, long first, ReadOnlySpan<double> weights, Span<double> scores) =>
        TensorPrimitives.Multiply(weights, weights, scores);
}
