using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// A parameter that no field holds: that of a module in native code (LSTM, Embedding, attention, …), of a parameter list, or of a module
/// that looks it up by name. Zeros are written into the parameter itself, before every call. Its gradient is not masked; what an optimizer
/// does to pruned entries is undone before the next call.
/// </summary>
internal sealed class InPlaceTensor : PrunedTensor
{
    private readonly bool _renamed;
    private readonly Lock _lock = new();
    private readonly Freshness _freshness = new();
    private Tensor _before;

    /// <summary>Takes over a parameter with its first mask.</summary>
    public InPlaceTensor(nn.Module module, string name, prune.BasePruningMethod method, Parameter parameter, Tensor mask)
        : base(module, name, method)
    {
        using (no_grad())
            _before = parameter.detach().clone().DetachFromDisposeScope();

        // Native code does not look its parameters up by name, so the state dictionary can have the names that PyTorch gives.
        _renamed = ModuleParts.IsNative(module);
        if (_renamed)
        {
            ModuleParts.Parameters(module).Remove(name);
            ModuleParts.Parameters(module)[OriginalName] = parameter;
        }

        Mask = mask;
        Refresh(always: true);
    }

    public override Parameter Original => ModuleParts.Find(Module, _renamed ? OriginalName : Name)
        ?? throw new InvalidOperationException($"{Module.GetType().Name} has lost its pruned parameter {Name}.");

    public override Tensor Effective => Original;

    public override void Refresh(bool always)
    {
        bool mayChange = is_grad_enabled();
        if (!always && !mayChange && IsCurrent())
            return;
        lock (_lock)
        {
            TakeAssigned();
            var original = Original;
            if (!Mask.IsLike(original))
                Mask = Mask.ToLike(original).DetachFromDisposeScope();
            MaskedProduct.Zero(original, Mask, $"{MaskName} of {Module.GetType().Name}");
            _freshness.Computed(original, Mask, mayChange);
        }
    }

    public override void Remove()
    {
        Refresh(always: true);
        var parameter = Original;
        if (_renamed)
        {
            ModuleParts.Parameters(Module).Remove(OriginalName);
            ModuleParts.Parameters(Module)[Name] = parameter;
        }

        RemoveMask();
        Retired.Leave(_before);
    }

    public override Tensor OriginalValues()
    {
        using var guard = no_grad();
        if (!_before.IsLike(Original))
            _before = _before.ToLike(Original).DetachFromDisposeScope();
        using var pruned = Mask.eq(0);
        return where(pruned, _before, Original.detach());
    }

    public override void TakeHistory(PrunedTensor other)
    {
        using var guard = no_grad();
        _before = ((InPlaceTensor)other)._before.ToLike(Original).clone().DetachFromDisposeScope();
    }

    private bool IsCurrent() =>
        _freshness.Holds(Original, Mask) && !(_renamed && ModuleParts.Parameters(Module).ContainsKey(Name));

    // A weight that the user assigned lands under the plain name.
    private void TakeAssigned()
    {
        var parameters = ModuleParts.Parameters(Module);
        if (!_renamed || !parameters.TryGetValue(Name, out var assigned))
            return;
        if (!assigned.shape.AsSpan().SequenceEqual(Mask.shape))
            throw new InvalidOperationException($"{Module.GetType().Name}.{Name} was replaced by a weight of shape [{string.Join(", ", assigned.shape)}] while pruned; its mask has [{string.Join(", ", Mask.shape)}]. Remove the pruning first.");
        using var guard = no_grad();
        _before = assigned.detach().clone().DetachFromDisposeScope();
        parameters[OriginalName] = assigned;
        parameters.Remove(Name);
    }
}
