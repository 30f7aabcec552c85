using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>What a method sees of a training: its layers, its plan and where it is.</summary>
public sealed class SparseTraining
{
    private readonly KeptTensors _state = new();
    private readonly TrainingMethod _method;
    private readonly optim.Optimizer? _optimizer;

    internal SparseTraining(nn.Module model, Plan plan, TrainingMethod method, IReadOnlyList<SparseLayer> layers, optim.Optimizer? optimizer) =>
        (Model, Plan, _method, Layers, _optimizer) = (model, plan, method, layers, optimizer);

    /// <summary>The model.</summary>
    public nn.Module Model { get; }

    /// <summary>The plan.</summary>
    public Plan Plan { get; }

    /// <summary>The weights that the plan is about, in the model's order.</summary>
    public IReadOnlyList<SparseLayer> Layers { get; }

    /// <summary>0-based index of the step that is being made.</summary>
    public long Step { get; internal set; }

    /// <summary>Whether the plan's schedule decides masks anew at this step; false without a schedule.</summary>
    public bool IsUpdate => Plan.Schedule?.IsUpdate(Step) ?? false;

    /// <summary>
    /// Step of the learning rate's schedule: counts with <see cref="Step"/>, until a method that rewinds sets it back.
    /// </summary>
    public long LearningRateStep { get; set; }

    /// <summary>What a method keeps of the whole model from step to step, by name; in checkpoints. Set with <see cref="Keep"/>.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state.All;

    internal bool HasChanged { get; private set; }

    /// <summary>
    /// Sets the masks of all layers to the plan's sparsity at this step. Weights that are pruned already go first if they are lost
    /// (<see cref="PrunedWeights.Zero"/>), and compete with the others if they are kept.
    /// </summary>
    /// <param name="scores">
    /// Importance of each weight of a layer, in its shape; higher = keep. Null: the plan's criterion on the weights, those kept aside included.
    /// </param>
    /// <exception cref="NaNScoreException">A score is NaN.</exception>
    public void Prune(Func<SparseLayer, Tensor>? scores = null) => Prune(Plan.At(Step), scores);

    /// <summary>The same for any plan of one step: its criterion, structure, allocation and amount.</summary>
    /// <inheritdoc cref="Prune(Func{SparseLayer, Tensor})"/>
    /// <param name="plan">A plan without a schedule; its targets are not applied.</param>
    /// <param name="scores">Importance of each weight, or null for the plan's criterion on the weights.</param>
    public void Prune(Plan plan, Func<SparseLayer, Tensor>? scores = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        bool isLost = _method.PrunedWeights == PrunedWeights.Zero;
        var ranked = new List<RankedTensor>();
        try
        {
            foreach (var layer in Layers)
                ranked.Add(RankedTensor.Of(Ranked(layer, scores, isLost), layer.Name, layer.Layout));
            var planned = scores is null ? plan : plan with { Criterion = Signed.Criterion };
            var masks = MaskPlanning.Masks(planned, [.. ranked.Select(r => r.Weights)], zerosFirst: scores is null && isLost);
            foreach (var (layer, mask) in Layers.Zip(masks))
                layer.Take(mask);
            HasChanged = true;
        }
        finally
        {
            ranked.ForEach(r => r.Dispose());
        }
    }

    /// <summary>Sets one layer's mask. Weights follow at the end of the step, and <see cref="Pruner.Updated"/> is raised.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <inheritdoc cref="SparseLayer.SetMask"/>
    /// <param name="mask">Ones and zeros in the weight's shape; copied.</param>
    public void SetMask(SparseLayer layer, Tensor mask)
    {
        layer.SetMask(mask);
        HasChanged = true;
    }

    /// <summary>Uniform numbers in [0, 1) in the shape of a layer that depend on the seed, the step and the layer only, so that resuming repeats them.</summary>
    public Tensor Uniform(SparseLayer layer, ulong seed)
    {
        using var generator = new Generator(Mixed(seed, (ulong)Step, (ulong)layer.Index), CPU);
        return rand(layer.Weight.shape, dtype: float32, generator: generator).to(layer.Weight.device);
    }

    /// <summary>A uniform number in [0, 1) that depends on the seed and the step only.</summary>
    public double Uniform(ulong seed) => (Mixed(seed, (ulong)Step, (ulong)Layers.Count) >> 11) * (1.0 / (1L << 53));

    /// <summary>Puts a tensor into <see cref="State"/>; the one of the same name is disposed of.</summary>
    public void Keep(string name, Tensor value) => _state.Keep(name, value);

    /// <summary>Puts the tensors of a checkpoint in place of <see cref="State"/>.</summary>
    internal void Restore(IReadOnlyDictionary<string, Tensor> state) => _state.Restore(state);

    /// <summary>Puts the optimizer's state of every parameter that it trains back to that before its first step.</summary>
    public void ResetOptimizer()
    {
        using var guard = no_grad();
        foreach (var parameter in _optimizer?.parameters() ?? [])
            OptimizerTensors.Of(_optimizer!, parameter, "a parameter").Reset();
    }

    /// <summary>Refuses a training whose learning rate is not known.</summary>
    /// <exception cref="ArgumentException">The pruner was created without the optimizer.</exception>
    internal void NeedOptimizer(string reason)
    {
        if (_optimizer is null)
            throw new ArgumentException($"{_method.Name}'s {reason} the learning rate, but the pruner was created without the optimizer. Give it the optimizer.");
    }

    internal void Dispose()
    {
        foreach (var layer in Layers)
            layer.Dispose();
        _state.Dispose();
    }

    internal bool TakeChanged()
    {
        bool changed = HasChanged;
        HasChanged = false;
        return changed;
    }

    private static Tensor Ranked(SparseLayer layer, Func<SparseLayer, Tensor>? scores, bool isLost)
    {
        if (scores is null)
            return layer.Dense ?? layer.Weight.detach();
        var given = scores(layer);
        prune.BasePruningMethod.CheckShape(given, layer.Weight.shape, $"The scores of {layer.Name}");
        return isLost ? given.detach().masked_fill(layer.Mask.eq(0), double.NegativeInfinity) : given;
    }

    // SplitMix64 over the three numbers.
    private static ulong Mixed(params ReadOnlySpan<ulong> numbers)
    {
        ulong mixed = 0;
        foreach (ulong number in numbers)
        {
            ulong z = mixed + number + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            mixed = z ^ (z >> 31);
        }

        return mixed;
    }
}
