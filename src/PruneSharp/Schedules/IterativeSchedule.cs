namespace PruneSharp;

/// <summary>The exponential in equal rounds.</summary>
internal sealed record IterativeSchedule(int Rounds) : Schedule
{
    public override string Name => "iterative";

    public override bool IsUpdate(long step) => step > BeginStep && step <= EndStep && Round(step) > Round(step - 1);

    public override IReadOnlyList<string> Problems()
    {
        var problems = base.Problems().ToList();
        if (InitialSparsity >= 1 || FinalSparsity >= 1)
            problems.Add("an iterative schedule never reaches sparsity 1.");
        if (Rounds < 1 || Rounds > EndStep - BeginStep)
            problems.Add($"rounds is {Rounds}; between beginStep {BeginStep} and endStep {EndStep} there can be 1 to {Math.Max(1, EndStep - BeginStep)}.");
        return problems;
    }

    protected override double Between(double progress) =>
        1 - (1 - InitialSparsity) * Math.Pow((1 - FinalSparsity) / (1 - InitialSparsity), Math.Floor(progress * Rounds + 1e-9) / Rounds);

    private long Round(long step) => (long)((Int128)(step - BeginStep) * Rounds / (EndStep - BeginStep));
}
