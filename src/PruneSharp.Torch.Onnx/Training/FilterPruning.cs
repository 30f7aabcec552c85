using Google.Protobuf;
using PruneSharp.Onnx;

namespace PruneSharp.Torch.Onnx;

/// <summary>
/// Prunes whole filters while a network trains, so that a shrink can remove them afterwards: at each update the units of the network (a filter
/// with its slice of every weight that reads it, through residual additions and the like) are ranked by the plan's criterion (Li et al.
/// 2017, arXiv:1608.08710; units as in Fang et al. 2023, arXiv:2301.12900), and the least important go, until <see cref="Measure"/>, by default the
/// multiply-accumulates, has fallen by at least the fraction of the plan's amount or schedule. What is pruned ranks lowest from then on.
/// <para>
/// The plan's structure is <see cref="Structure.Channel"/> along axis 0, and its allocation says which units compete: <see cref="Allocation.Local"/>
/// takes the same fraction of each family, <see cref="Allocation.Global"/> ranks all together. Targets choose families. Afterwards
/// export, and shrink with <c>ShrinkTarget.Dead</c> or <c>prunesharp shrink --dead</c>.
/// </para>
/// </summary>
/// <param name="Inputs">The inputs of the model, as for <see cref="OnnxExport"/>; sizes decide the multiply-accumulates.</param>
public sealed record FilterPruning(IReadOnlyList<OnnxInput> Inputs) : TrainingMethod
{
    /// <inheritdoc/>
    public override string Name => "filter-pruning";

    /// <summary>What the plan's amount or schedule is a fraction of; default <see cref="ShrinkMeasure.Macs"/>.</summary>
    public ShrinkMeasure Measure { get; init; }

    /// <summary>Kept counts are multiples of this; default 8, which ONNX Runtime is fast with.</summary>
    public int Align { get; init; } = RankingOptions.DefaultAlign;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan))
            yield return problem;
        if (plan.Structure != Structure.Channel(0))
            yield return $"structure is {plan.Structure}; filters are channel.";
        if (plan.Allocation != Allocation.Local && plan.Allocation != Allocation.Global)
            yield return $"allocation is {plan.Allocation.Name}; filters compete locally or globally, without limits.";
        if (plan.Amount is { IsCount: true })
            yield return "amount is a count; give the fraction of the multiply-accumulates or parameters that goes.";
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">So much cannot go, or filters are read by a weight that the plan's targets leave out.</exception>
    protected override void Begin(SparseTraining training)
    {
        var slices = Cut(training, training.Plan.Schedule?.FinalSparsity ?? training.Plan.Amount!.Value.Fraction);
        CheckReaders(training, slices);
        if (training.Plan.Schedule is null)
            Prune(training, slices);
    }

    /// <inheritdoc/>
    protected override void Update(SparseTraining training)
    {
        if (training.IsUpdate)
            Prune(training, Cut(training, training.Plan.Schedule!.Sparsity(training.Step)));
    }

    // What goes, by weight, when a fraction of the measure goes.
    private ILookup<string, CutSlice> Cut(SparseTraining training, double fraction)
    {
        using var model = OnnxModel.Of(ModelBuilder.Build(training.Model, new(), Inputs).ToByteArray(), "the model in training");
        var analysis = ShrinkAnalysis.Of(model, StaticShapes.Infer(model), new() { Targets = new() { Only = training.Plan.Targets.Only, Skip = training.Plan.Targets.Skip } });
        var ranking = new UnitRanking(analysis, new()
        {
            Criterion = UnitCriterion.Of(training.Plan.Criterion),
            Scope = training.Plan.Allocation == Allocation.Local ? ShrinkScope.Local : ShrinkScope.Global,
            Align = Align,
        });
        bool byMacs = Measure == ShrinkMeasure.Macs;
        var (measure, total) = byMacs ? ((Func<ShrinkCut, double>)(c => c.Macs), analysis.Macs) : (c => c.Parameters, analysis.Parameters);
        if (measure(ranking.At(1.0)) is var least && least > (1 - fraction) * total)
            throw new ArgumentException($"{fraction:P1} of the {(byMacs ? "multiply-accumulates" : "parameters")} cannot go: at most {1 - least / total:P1} can with kept counts in multiples of {Align}. Take less, or a smaller {nameof(Align)}.", nameof(training));
        return TargetSearch.Find(f => ranking.At(f), measure, (1 - fraction) * total, "").Slices.Slices.ToLookup(s => s.Tensor, StringComparer.Ordinal);
    }

    private static void Prune(SparseTraining training, ILookup<string, CutSlice> slices)
    {
        foreach (var layer in training.Layers)
        {
            using var scope = NewDisposeScope();
            var mask = ones_like(layer.Mask);
            foreach (var slice in slices[layer.Name])
                mask.index_fill_(slice.Axis, tensor(slice.Indices.Select(i => (long)i).ToArray(), device: mask.device), 0);
            training.SetMask(layer, mask);
        }
    }

    // A filter is gone only where no weight reads it any more; biases and norms of a filter that nothing reads do not matter.
    private static void CheckReaders(SparseTraining training, ILookup<string, CutSlice> slices)
    {
        var layers = training.Layers.Select(l => l.Name).ToHashSet(StringComparer.Ordinal);
        if (training.Model.named_parameters().FirstOrDefault(p => p.parameter.dim() > 1 && slices.Contains(p.name) && !layers.Contains(p.name)) is ({ } name, not null))
            throw new ArgumentException($"Filters that go are read by {name}, which the plan's targets leave out; choose both or neither.", nameof(training));
    }
}
