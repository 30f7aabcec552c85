namespace PruneSharp;

/// <summary>s = s_f + (s_i − s_f)(1 − τ)^power.</summary>
internal sealed record PolynomialSchedule(double Power) : Schedule
{
    public override string Name => "polynomial";

    public override IReadOnlyList<string> Problems() =>
        Power > 0 && double.IsFinite(Power) ? base.Problems() : [.. base.Problems(), $"power is {Power}; it is greater than 0."];

    protected override double Between(double progress) => FinalSparsity + (InitialSparsity - FinalSparsity) * Math.Pow(1 - progress, Power);
}
