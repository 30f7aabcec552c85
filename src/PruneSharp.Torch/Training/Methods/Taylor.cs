using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Taylor pruning: importance = Σ over steps of (w · ∂L/∂w)², the squared first-order change of the loss when w is removed, summed from one
/// update of the schedule to the next and then begun anew. Molchanov et al. 2019, arXiv:1906.10771. What is pruned
/// stays so. For a network that is trained already.
/// <para>
/// With <see cref="Structure.Channel"/> the importance is the unit's own, (Σ_{w in unit} w · ∂L/∂w)², as if it had one gate; each of its n
/// cells holds the n-th part of it and the structure's norm is taken as 1, so that units rank by just that sum. Other structures combine the
/// importance of single weights.
/// </para>
/// </summary>
public sealed record Taylor : TrainingMethod
{
    private const string Importance = "taylor.importance";

    /// <inheritdoc/>
    public override string Name => "taylor";

    /// <inheritdoc/>
    /// <remarks>The weights kept aside are those before the optimizer's step, which the gradients belong to; none of them returns.</remarks>
    public override PrunedWeights PrunedWeights => PrunedWeights.Frozen;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan).Concat(LostWeights.Problems(plan, Name)))
            yield return problem;
        if (plan.Schedule is null)
            yield return $"{Name} needs gradients before it can prune; give a schedule in place of the amount, like a one-shot schedule at step 100.";
    }

    /// <inheritdoc/>
    protected internal override void Begin(SparseTraining training)
    {
        foreach (var layer in training.Layers)
            layer.Keep(Importance, zeros_like(layer.Weight, float32));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No layer has a gradient.</exception>
    protected internal override void Observe(SparseTraining training)
    {
        Gradients.Require(training, this);
        foreach (var layer in training.Layers)
        {
            if (layer.Gradient is { } gradient)
                Add(layer, layer.Dense!.to(float32).mul(gradient), training.Plan.Structure);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">All gradients since the last update were 0.</exception>
    protected internal override void Update(SparseTraining training)
    {
        if (!training.IsUpdate)
            return;
        Gradients.RequireScores(training, this, Importance);
        var plan = training.Plan.At(training.Step);
        if (plan.Structure is ChannelStructure channel)
            plan = plan with { Structure = Structure.Channel(channel.Axis) };
        training.Prune(plan, layer => layer.State[Importance].masked_fill(layer.Mask.eq(0), double.NegativeInfinity));
        foreach (var layer in training.Layers)
            layer.State[Importance].zero_();
    }

    // What the changes of pruned weights add to single importances is never looked at; those of units are of the weights that are left.
    private static void Add(SparseLayer layer, Tensor change, Structure structure)
    {
        if (structure is ChannelStructure channel)
            layer.State[Importance].add_(OfUnits(layer, change.mul_(layer.Mask), channel));
        else
            layer.State[Importance].addcmul_(change, change, 1);
    }

    private static Tensor OfUnits(SparseLayer layer, Tensor change, ChannelStructure channel)
    {
        var layout = layer.Layout;
        int axis = channel.Axis < 0 ? channel.Axis + layout.CanonicalShape.Length : channel.Axis;
        IEnumerable<int> unit = axis switch
        {
            0 => layout.OutAxes,
            1 => layout.InAxes,
            _ => layout.KernelAxes.Skip(axis - 2).Take(1),
        };
        long[] others = [.. Enumerable.Range(0, layout.Shape.Length).Except(unit).Select(a => (long)a)];
        var cells = change.reshape([.. layout.Shape]);
        var sum = others.Length == 0 ? cells : cells.sum(others, keepdim: true);
        return (sum.square() * ((double)sum.numel() / cells.numel())).expand(cells.shape).reshape(change.shape);
    }
}
