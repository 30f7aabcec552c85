using System.Globalization;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Iterative pruning with rewinding: train, prune, put what is left back to early values, train again (Frankle and Carbin 2019,
/// arXiv:1803.03635; rewinding to a step k > 0: Frankle et al. 2020, arXiv:1912.05671; of the learning rate alone: Renda et al. 2020,
/// arXiv:2003.02389). The plan has <see cref="Schedule.Iterative"/>, or <see cref="Schedule.OneShot"/> for a single round. Every update rewinds,
/// the last one too: what is left is trained once more, so make another round of steps after the schedule's end.
/// <para>
/// Rewinding copies all parameters and buffers of the model, biases and norms included, from those of step <see cref="RewindStep"/>, forgets
/// the optimizer's state and sets <see cref="Pruner.LearningRateStep"/> back to it; with <see cref="Rewind.LearningRate"/> only the last of these. Let the learning rate follow it, before each step of the optimizer:
/// <c>foreach (var group in optimizer.ParamGroups) group.LearningRate = rate(pruner.LearningRateStep);</c>
/// </para>
/// </summary>
public sealed record LotteryTicket : TrainingMethod
{
    private const string Kept = "rewind";

    /// <inheritdoc/>
    public override string Name => "lottery-ticket";

    /// <summary>k: rewinding goes back to the state after this many steps; default 0, the state in which the pruner was created.</summary>
    public long RewindStep { get; init; }

    /// <summary>What goes back; default <see cref="Rewind.Weights"/>.</summary>
    public Rewind Rewind { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan))
            yield return problem;
        if (plan.Schedule is not { Name: "iterative" or "one-shot" })
            yield return $"schedule is {plan.Schedule?.Name ?? "missing"}, but {Name} trains in rounds; use Schedule.Iterative, or Schedule.OneShot for one.";
        if (RewindStep < 0 || RewindStep > FirstUpdate(plan.Schedule))
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(RewindStep)} is {RewindStep}; it lies in the first round, from 0 to {FirstUpdate(plan.Schedule)}.");
    }

    /// <summary>Keeps the first state, if that is the one to go back to.</summary>
    protected internal override void Begin(SparseTraining training)
    {
        if (RewindStep == 0)
            Keep(training);
    }

    /// <summary>Keeps the early state, prunes, rewinds.</summary>
    protected internal override void Update(SparseTraining training)
    {
        if (training.Step + 1 == RewindStep)
            Keep(training);
        if (!training.IsUpdate)
            return;
        training.Prune();
        if (Rewind == Rewind.Weights)
            GoBack(training);
        training.LearningRateStep = RewindStep;
    }

    private static long FirstUpdate(Schedule? schedule)
    {
        long step = schedule?.BeginStep ?? 0;
        while (step < schedule?.EndStep && !schedule.IsUpdate(step))
            step++;
        return step;
    }

    private void Keep(SparseTraining training)
    {
        if (Rewind != Rewind.Weights)
            return;
        foreach (var layer in training.Layers)
            layer.Keep(Kept, layer.Weight.detach().clone());
        foreach (var (name, value) in Others(training))
            training.Keep($"{Kept}.{name}", value.detach().clone());
    }

    private static void GoBack(SparseTraining training)
    {
        foreach (var layer in training.Layers)
            layer.SetWeights(layer.State[Kept]);
        foreach (var (name, value) in Others(training))
            value.copy_(training.State[$"{Kept}.{name}"]);
        training.ResetOptimizer();
    }

    // Everything that the layers do not hold.
    private static IEnumerable<(string Name, Tensor Value)> Others(SparseTraining training)
    {
        var pruned = training.Layers.Select(l => l.Weight.Handle).ToHashSet();
        return training.Model.named_parameters().Select(p => (p.name, Value: (Tensor)p.parameter))
            .Concat(training.Model.named_buffers().Select(b => (b.name, Value: b.buffer)))
            .Where(p => !pruned.Contains(p.Value.Handle));
    }
}
