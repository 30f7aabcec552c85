using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// A parameter that a field of the module holds. The field gets the product of original and mask, through which gradients reach the
/// original; the original stays the same object under the name <c>name_orig</c>, so optimizers keep working.
/// <para>
/// With gradients the product is computed before every call; without, it is kept until weights or mask change, see <see cref="Freshness"/>.
/// A module in training belongs to one thread, and all products share memory. Elsewhere several threads may call at once: with gradients
/// each call then has memory of its own, without gradients what is written is what is there already.
/// </para>
/// </summary>
internal sealed class FieldTensor : PrunedTensor
{
    private readonly IReadOnlyList<FieldInfo> _fields;
    private readonly Lock _lock = new();
    private readonly Freshness _freshness = new();
    private Tensor _memory;
    private bool _isNew = true;
    private Parameter _product;
    private bool _prunesNonFinite;
    private int _calls;

    /// <summary>Takes over a parameter with its first mask.</summary>
    public FieldTensor(nn.Module module, string name, prune.BasePruningMethod method, IReadOnlyList<FieldInfo> fields, Tensor mask)
        : base(module, name, method)
    {
        _fields = fields;
        var original = ModuleParts.Parameters(module)[name];
        _memory = MaskedProduct.Memory(original);
        _product = Compute(original, mask, IsDifferentiable(original), inspect: true);
        ModuleParts.Parameters(module).Remove(name);
        ModuleParts.Parameters(module)[OriginalName] = original;
        Mask = mask;
        Show(_product);
    }

    public override Parameter Original => ModuleParts.Parameters(Module)[OriginalName];

    public override Tensor Effective => _product;

    public override void Refresh(bool always)
    {
        bool differentiable = IsDifferentiable(Original);
        if (!always && !differentiable && IsCurrent())
            return;
        lock (_lock)
        {
            if (!always && !differentiable && IsCurrent())
                return;
            TakeBackMoved();
            var (original, mask) = (Original, Mask);
            if (differentiable && !Module.training)
            {
                Retired.Leave(_memory);
                (_memory, _isNew) = (MaskedProduct.Memory(original), true);
            }

            _product = Compute(original, mask, differentiable, inspect: always);
            Show(_product);
            if (differentiable)
                FreedMemory.GiveBack(ref _calls);
            _freshness.Computed(original, mask, differentiable);
        }
    }

    public override void Remove()
    {
        TakeBackMoved();
        var original = Original;
        using (no_grad())
            original.copy_(Compute(original, Mask, differentiable: false, inspect: true));
        ModuleParts.Parameters(Module).Remove(OriginalName);
        ModuleParts.Parameters(Module)[Name] = original;
        Show(original);
        RemoveMask();
        Retired.Leave(_memory);
    }

    public override Tensor OriginalValues() => Original.detach().clone();

    private static bool IsDifferentiable(Parameter original) => is_grad_enabled() && original.requires_grad;

    private bool IsCurrent() =>
        _freshness.Holds(Original, Mask) && !ModuleParts.Parameters(Module).ContainsKey(Name);

    private void Show(Parameter value)
    {
        foreach (var field in _fields)
            field.SetValue(Module, value);
    }

    private Parameter Compute(Parameter original, Tensor mask, bool differentiable, bool inspect)
    {
        if (!_memory.IsLike(original))
            (_memory, _isNew) = (MaskedProduct.Memory(original), true);
        var product = MaskedProduct.Of(_memory, original, mask, differentiable, inspect, _isNew, ref _prunesNonFinite, $"{MaskName} of {Module.GetType().Name}");
        _isNew = false;
        var shown = new Parameter(product, differentiable);
        shown.DetachFromDisposeScope();
        return shown;
    }

    // A module of TorchSharp that is moved to another type or device moves what its field holds, the product, and registers it under the
    // plain name. And a user may assign a new weight, which lands there too. The first leaves the original to be moved; the second replaces it.
    private void TakeBackMoved()
    {
        var parameters = ModuleParts.Parameters(Module);
        if (!parameters.TryGetValue(Name, out var moved))
            return;
        Parameter original = Original;
        if (!moved.shape.AsSpan().SequenceEqual(original.shape))
            throw new InvalidOperationException($"{Module.GetType().Name}.{Name} was replaced by a weight of shape [{string.Join(", ", moved.shape)}] while pruned; its mask has [{string.Join(", ", original.shape)}]. Remove the pruning first.");
        if (!MaskedProduct.IsConverted(_memory, moved))
            parameters[OriginalName] = moved;
        else if (!original.IsLike(moved))
            parameters[OriginalName] = Moved(original, moved);
        if (!Mask.IsLike(moved))
            Mask = Mask.ToLike(moved).DetachFromDisposeScope();
        parameters.Remove(Name);
    }

    private static Parameter Moved(Parameter original, Parameter example)
    {
        using var guard = no_grad();
        var moved = new Parameter(original.to(example.dtype, example.device, copy: true), original.requires_grad);
        moved.DetachFromDisposeScope();
        using var gradient = original.is_leaf ? original.grad : null;
        if (gradient is not null)
            moved.grad = gradient.to(example.dtype, example.device);
        return moved;
    }
}
