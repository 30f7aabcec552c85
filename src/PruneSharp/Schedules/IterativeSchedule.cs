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
        if (EndStep == BeginStep)
            problems.Add($"an iterative schedule begins and ends at step {BeginStep}; a round has at least 1 step. Use a one-shot schedule for a single step.");
        else if (EndStep > BeginStep && (Rounds < 1 || Rounds > EndStep - BeginStep))
            problems.Add($"rounds is {Rounds}; between beginStep {BeginStep} and endStep {EndStep} there can be 1 to {EndStep - BeginStep}.");
        return problems;
    }

    protected override double Between(double progress) =>
        1 - (1 - InitialSparsity) * Math.Pow((1 - FinalSparsity) / (1 - InitialSparsity), Math.Floor(progress * Rounds + 1e-9) / Rounds);

    private long Round(long step) => (long)((Int128)(step - BeginStep) * Rounds / (EndStep - BeginStep));
}
