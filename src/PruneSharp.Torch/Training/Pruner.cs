using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Prunes a network while it trains, in three lines of the user's own loop: create it, <see cref="step"/> after the optimizer's step,
/// <see cref="finish"/> at the end. Masks are applied to the parameters in place after each optimizer step: no hooks, no second copy of a
/// weight under another name, and every forward pass runs at full speed.
/// <para>
/// Not for several threads at once. The model may be on any device and of any float type, but is moved there before its optimizer and pruner are
/// created. Two pruners at a time need targets without a common weight. Other values for a weight on the way, such as those of a saved model,
/// go through <see cref="SparseLayer.SetWeights"/>: methods that keep pruned weights aside know nothing of what is written past them.
/// </para>
/// </summary>
public sealed partial class Pruner : IDisposable
{
    private readonly TrainingMethod _method;
    private readonly optim.Optimizer? _optimizer;
    private readonly SparseTraining _training;
    private bool _isFinished, _isDisposed;

    /// <summary>Creates a pruner; a plan without a schedule is carried out at once.</summary>
    /// <param name="model">The model; its chosen weights must not be pruned by <see cref="prune"/> at the same time.</param>
    /// <param name="plan">Criterion, structure, allocation, targets, and an amount or a schedule.</param>
    /// <param name="optimizer">What trains the model; where pruned weights are lost
    /// (<see cref="PrunedWeights.Zero"/>), its momentum and the like are zeroed with them. Null: none is touched.</param>
    /// <param name="method">How masks change; default <see cref="Magnitude"/>.</param>
    /// <exception cref="InvalidPlanException">The plan has problems.</exception>
    /// <exception cref="ArgumentException">
    /// The plan names layers that the model lacks, a weight is pruned by <see cref="prune"/> already, or the optimizer trains another model, hides its
    /// state, or is missing and the method needs it.
    /// </exception>
    /// <exception cref="InvalidOperationException">The method cannot score the model before its first step; the message says why.</exception>
    public Pruner(nn.Module model, Plan plan, optim.Optimizer? optimizer = null, TrainingMethod? method = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(plan);
        _method = method ?? new Magnitude();
        _optimizer = optimizer;
        if (_method.Problems(plan).ToList() is { Count: > 0 } problems)
            throw new InvalidPlanException(problems);
        _training = new(model, plan, _method, SparseLayers.Of(model, plan.Targets, optimizer), optimizer);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        if (_method.PrunedWeights != PrunedWeights.Zero)
        {
            foreach (var layer in _training.Layers)
                layer.KeepDense();
        }

        try
        {
            _method.Begin(_training);
        }
        catch
        {
            _training.Dispose();
            throw;
        }

        Apply();
        _training.TakeChanged();
    }

    /// <summary>
    /// Called at the end of each step that decided masks, even if they came out as they were, with the sparsity of every layer. Not called for what
    /// the constructor and <see cref="finish"/> prune.
    /// </summary>
    public event Action<SparsityReport>? Updated;

    /// <summary>Steps that were made.</summary>
    public long StepCount => _training.Step;

    /// <summary>
    /// Where a learning-rate schedule stands: equal to <see cref="StepCount"/> unless the method rewinds (<c>LotteryTicket</c>).
    /// </summary>
    public long LearningRateStep => _training.LearningRateStep;

    /// <summary>The weights that are trained sparse.</summary>
    public IReadOnlyList<SparseLayer> Layers => _training.Layers;

    /// <summary>How sparse the network is now.</summary>
    public SparsityReport Sparsity => new(StepCount, [.. Layers.Select(l => new LayerSparsity(l.Name, l.Count, l.KeptCount))]);

    /// <summary>To be called after every step of the optimizer, before gradients are cleared: updates the masks and applies them.</summary>
    /// <exception cref="NonFiniteTrainingException">
    /// The gradient of a pruned layer is NaN or infinite. This call changed nothing; the optimizer's step was made before it.
    /// </exception>
    /// <exception cref="NaNScoreException">A weight or score is NaN, so that weights cannot be ranked.</exception>
    /// <exception cref="InvalidOperationException">
    /// Training is finished, the model was moved to another type or device or disposed of, or the method needs gradients and no layer has one.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The pruner was disposed of.</exception>
    public void step()
    {
        if (_isFinished)
            throw new InvalidOperationException("The pruner is finished; create another one to train on.");
        CheckAlive();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var layer in Layers)
            layer.CheckGradient(StepCount);
        _method.Observe(_training);
        foreach (var layer in Layers)
            layer.Merge(_method.PrunedWeights);
        _training.LearningRateStep++;
        _method.Update(_training);
        if (_training.HasChanged)
            Apply();
        else if (_method.PrunedWeights != PrunedWeights.Zero)
            Mask();
        _training.Step++;
        if (_training.TakeChanged())
            Updated?.Invoke(Sparsity);
    }

    /// <summary>
    /// Ends the training: pruned weights are exactly 0 (never −0), and what was kept aside counts no more. The model is an ordinary one with zeros. Further
    /// calls only report.
    /// </summary>
    /// <returns>The sparsity that was reached.</returns>
    /// <exception cref="InvalidOperationException">The model was moved to another type or device, or disposed of.</exception>
    /// <exception cref="ObjectDisposedException">The pruner was disposed of before it was finished.</exception>
    public SparsityReport finish()
    {
        if (!_isFinished)
        {
            CheckAlive();
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            _method.Finish(_training);
            Apply();
            foreach (var layer in Layers)
                layer.Clean();
            _isFinished = true;
        }

        return Sparsity;
    }

    /// <summary>Frees masks and method state; the model stays as it is.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _training.Dispose();
    }

    private void CheckAlive()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Layers.FirstOrDefault(l => l.Weight.IsInvalid) is { } gone)
            throw new InvalidOperationException($"{gone.Name} is no tensor any more: the model was disposed of, or moved to another type or device, which gives it other parameters. Move it first, then create optimizer and pruner.");
    }

    // Where masks are as they were, kept weights are those that were merged.
    private void Mask()
    {
        foreach (var layer in Layers)
            layer.MaskWeight();
    }

    private void Apply()
    {
        foreach (var layer in Layers)
            layer.Apply(withOptimizer: _method.PrunedWeights == PrunedWeights.Zero);
    }
}
