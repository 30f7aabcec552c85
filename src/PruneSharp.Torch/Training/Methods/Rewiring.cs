using System.Globalization;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Sparse from the first step to the last: begins with a random mask of the plan's amount, then drops the smallest weights of each layer and
/// grows as many others, so every layer keeps the same number of weights at every step. <see cref="RigL"/> and <see cref="Set"/> differ in
/// where they grow. The plan has an amount and no schedule, single weights and magnitudes; <see cref="Allocation.Erk"/> is recommended.
/// <para>
/// Dropped places compete with the others to grow (Evci et al. 2020, section 3); one that wins was never gone, so it keeps its value and the
/// optimizer's state. What grows in another place starts from 0 with no state.
/// </para>
/// </summary>
public abstract record Rewiring : TrainingMethod
{
    private protected Rewiring()
    {
    }

    /// <summary>The first step that drops nothing any more; 0.75 of all steps is customary.</summary>
    public required long EndStep { get; init; }

    /// <summary>Steps from one update to the next, the first one after that many; default 100.</summary>
    public long Interval { get; init; } = 100;

    /// <summary>
    /// α in f(t) = α/2 · (1 + cos(πt/<see cref="EndStep"/>)), the fraction of a layer's kept weights that is dropped at step t; 0 … 1, default 0.3.
    /// </summary>
    public double DropFraction { get; init; } = 0.3;

    /// <summary>Seed of the first mask and of what grows at random; default 0.</summary>
    public ulong Seed { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan))
            yield return problem;
        if (plan.Schedule is not null)
            yield return $"schedule {plan.Schedule.Name} is given, but {Name} trains at one sparsity from the first step to the last; give an amount.";
        if (plan.Structure != Structure.Unstructured)
            yield return $"structure is {plan.Structure}, but {Name} drops and grows single weights; leave the structure out.";
        if (!plan.Criterion.RanksByMagnitude)
            yield return $"criterion is {plan.Criterion.Name}, but {Name} drops by magnitude; leave the criterion out.";
        if (EndStep < 1 || Interval < 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(EndStep)} is {EndStep} and {nameof(Interval)} {Interval}; both are at least 1 step.");
        if (!(DropFraction is >= 0 and <= 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(DropFraction)} is {DropFraction}; it lies between 0 and 1.");
    }

    /// <summary>Fraction of a layer's kept weights that is dropped at a step: 0 at step 0 and where no update is due.</summary>
    /// <param name="step">0-based step.</param>
    public double DroppedFraction(long step) =>
        step > 0 && step < EndStep && step % Interval == 0 ? DropFraction / 2 * (1 + Math.Cos(Math.PI * step / EndStep)) : 0;

    /// <summary>Prunes at random.</summary>
    protected internal override void Begin(SparseTraining training) => training.Prune(layer => training.Uniform(layer, Seed));

    /// <summary>Drops and grows when it is time.</summary>
    protected internal override void Update(SparseTraining training)
    {
        double fraction = DroppedFraction(training.Step);
        foreach (var layer in training.Layers)
        {
            long kept = layer.KeptCount, dropped = Selection.Count(fraction, kept);
            if (dropped == 0 || Growth(training, layer) is not { } growth)
                continue;
            using var scope = NewDisposeScope();
            var staying = Highest(layer, layer.Weight.abs().masked_fill(layer.Mask.eq(0), double.NegativeInfinity), kept - dropped);
            training.SetMask(layer, Highest(layer, growth.masked_fill(staying.ne(0), double.PositiveInfinity), kept));
        }
    }

    /// <summary>Where to grow: the highest first. Null where it is not known, and then nothing is dropped.</summary>
    private protected abstract Tensor? Growth(SparseTraining training, SparseLayer layer);

    private static Tensor Highest(SparseLayer layer, Tensor scores, long count)
    {
        using var ranked = RankedTensor.Of(scores, layer.Name, layer.Layout);
        var mask = Structure.Unstructured.Prune(ranked.Weights, Signed.Criterion, layer.Count - count);
        return MaskTensor.Of(mask, layer.Weight.shape, layer.Weight.dtype, layer.Weight.device);
    }
}
