namespace PruneSharp;

/// <summary>The same sparsity from begin on, decided again until the end.</summary>
internal sealed record ConstantSchedule : Schedule
{
    public override string Name => "constant";

    protected override double Between(double progress) => FinalSparsity;
}
