using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>One weight that is trained sparse. Modules that share it are one layer.</summary>
public sealed class SparseLayer
{
    private readonly KeptTensors _state = new();

    internal SparseLayer(string name, nn.Module module, Parameter weight, WeightLayout layout, OptimizerTensors? optimizer, int index)
    {
        (Name, Module, Weight, Layout, Optimizer, Index) = (name, module, weight, layout, optimizer, index);
        using var guard = no_grad();
        Mask = ones_like(weight).DetachFromDisposeScope();
        KeptCount = Count;
    }

    /// <summary>Name of the parameter, seen from the model.</summary>
    public string Name { get; }

    /// <summary>The first module that owns it.</summary>
    public nn.Module Module { get; }

    /// <summary>What the module computes with.</summary>
    public Parameter Weight { get; }

    /// <summary>Which axes count outputs, inputs and kernel positions.</summary>
    public WeightLayout Layout { get; }

    /// <summary>1 = keep, 0 = pruned; shape, type and device of the weight.</summary>
    public Tensor Mask { get; }

    /// <summary>
    /// ∂L/∂w of what the module computed with, at pruned places too; null before the first backward pass and where the loss did not reach it. Dense,
    /// also for sparse embeddings.
    /// </summary>
    public Tensor? Gradient => Weight.grad is { is_sparse: true } sparse ? sparse.to_dense() : Weight.grad;

    /// <summary>
    /// The weights with those kept aside at pruned places, for methods that keep them; null for <see cref="PrunedWeights.Zero"/>.
    /// </summary>
    public Tensor? Dense { get; private set; }

    /// <summary>The optimizer's learning rate for this weight; 0 where the pruner was created without the optimizer.</summary>
    public double LearningRate => Optimizer?.LearningRate ?? 0;

    /// <summary>Number of weights.</summary>
    public long Count => Weight.numel();

    /// <summary>How many the mask keeps.</summary>
    public long KeptCount { get; private set; }

    /// <summary>What a method keeps for this layer from step to step, by name; in checkpoints. Set with <see cref="Keep"/>.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state.All;

    /// <summary>0-based place among the layers.</summary>
    internal int Index { get; }

    /// <summary>The optimizer's tensors for this weight; null where there is no optimizer.</summary>
    internal OptimizerTensors? Optimizer { get; }

    /// <summary>The members of the structure's units, for methods that need them; found again rather than saved in checkpoints.</summary>
    internal UnitMembers? Units { get; set; }

    /// <summary>Puts a tensor into <see cref="State"/>; the one of the same name is disposed of.</summary>
    public void Keep(string name, Tensor value) => _state.Keep(name, value);

    /// <summary>
    /// Changes the mask. Weights follow at the end of the step. Methods call <see cref="SparseTraining.SetMask"/>, which also sees to that and to the
    /// report.
    /// </summary>
    /// <param name="mask">Ones and zeros in the weight's shape; copied.</param>
    /// <exception cref="ArgumentException">Another shape, or another value than 0 and 1.</exception>
    internal void SetMask(Tensor mask)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        prune.BasePruningMethod.CheckShape(mask, Weight.shape, $"The mask of {Name}");
        long kept = mask.ne(0).sum().item<long>();
        if (mask.eq(1).sum().item<long>() != kept)
            MaskTensor.CheckBinary(mask, $"The mask of {Name}");
        Mask.copy_(mask);
        KeptCount = kept;
    }

    /// <summary>Changes the mask to one that selection made.</summary>
    internal void Take(Mask mask)
    {
        using var scope = NewDisposeScope();
        Mask.copy_(MaskTensor.Of(mask, Weight.shape, Weight.dtype, Weight.device));
        KeptCount = mask.KeptCount;
    }

    /// <summary>Changes the weights, those kept aside included. Where the mask is 0 the module's become 0 again at the end of the step.</summary>
    /// <param name="values">Values in the weight's shape; copied.</param>
    public void SetWeights(Tensor values)
    {
        using var guard = no_grad();
        Weight.copy_(values);
        Dense?.copy_(values);
    }

    /// <summary>Puts the optimizer's state of this weight back to that before its first step: momentum, squares, count of steps.</summary>
    public void ResetOptimizer()
    {
        using var guard = no_grad();
        Optimizer?.Reset();
    }

    /// <summary>Puts the tensors of a checkpoint in place of <see cref="State"/>.</summary>
    internal void Restore(IReadOnlyDictionary<string, Tensor> state) => _state.Restore(state, Weight.device);

    internal void KeepDense()
    {
        using var guard = no_grad();
        Dense ??= Weight.detach().clone().DetachFromDisposeScope();
    }

    // Kept entries: what the optimizer made of them. Pruned ones were 0 before its step, so what they hold now is its change: forgotten
    // before masks change, so that they rank as zeros and start from 0 where they grow.
    internal void Merge(PrunedWeights kind)
    {
        if (Dense is null)
            Apply(withOptimizer: true);
        else if (kind == PrunedWeights.Trained)
            Dense.addcmul_(Dense, Mask, -1).add_(Weight);
        else
            Dense.lerp_(Weight, Mask);
    }

    internal void Apply(bool withOptimizer)
    {
        if (Dense is not null)
            Weight.copy_(Dense);
        MaskedTensors.Multiply(Mask, withOptimizer && Optimizer is not null ? [Weight, .. Optimizer.All()] : [Weight]);
    }

    internal void MaskWeight() => MaskedTensors.Multiply(Mask, [Weight]);

    // A product leaves -0 where the weight was negative.
    internal void Clean()
    {
        using var scope = NewDisposeScope();
        Weight.masked_fill_(Mask.eq(0), 0);
    }

    internal void CheckGradient(long step)
    {
        using var scope = NewDisposeScope();
        if (Gradient is not { } gradient)
            return;
        double sum = gradient.sum().to(float64).item<double>();
        if (!double.IsFinite(sum) && !gradient.isfinite().all().item<bool>())
            throw new NonFiniteTrainingException(Name, $"the gradient of {Name} holds NaN or infinity at step {step.ToString(CultureInfo.InvariantCulture)}");
    }

    internal void Dispose()
    {
        Mask.Dispose();
        Dense?.Dispose();
        Units?.Dispose();
        _state.Dispose();
    }
}
