namespace PruneSharp;

/// <summary>d = d_i (d_f / d_i)^τ.</summary>
internal sealed record ExponentialSchedule : Schedule
{
    public override string Name => "exponential";

    public override IReadOnlyList<string> Problems() =>
        InitialSparsity < 1 && FinalSparsity < 1 ? base.Problems() : [.. base.Problems(), "an exponential schedule never reaches sparsity 1."];

    protected override double Between(double progress) => 1 - (1 - InitialSparsity) * Math.Pow((1 - FinalSparsity) / (1 - InitialSparsity), progress);
}
