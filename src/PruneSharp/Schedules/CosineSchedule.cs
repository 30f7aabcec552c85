namespace PruneSharp;

/// <summary>s = s_f + (s_i − s_f)(1 + cos πτ)/2.</summary>
internal sealed record CosineSchedule : Schedule
{
    public override string Name => "cosine";

    protected override double Between(double progress) => FinalSparsity + (InitialSparsity - FinalSparsity) * (1 + Math.Cos(Math.PI * progress)) / 2;
}
