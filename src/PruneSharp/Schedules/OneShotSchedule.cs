namespace PruneSharp;

/// <summary>Everything at one step.</summary>
internal sealed record OneShotSchedule : Schedule
{
    public override string Name => "one-shot";

    public override IReadOnlyList<string> Problems() =>
        EndStep == BeginStep ? base.Problems() : [.. base.Problems(), $"a one-shot schedule has one step, but begins at {BeginStep} and ends at {EndStep}."];

    protected override double Between(double progress) => FinalSparsity;
}
