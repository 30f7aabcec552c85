using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>The pruned parameters of one module, and the hook that refreshes them before its calls.</summary>
internal sealed class PrunedModule
{
    // Attached to the module and collected with it.
    private static readonly ConditionalWeakTable<nn.Module, PrunedModule> _all = [];

    private readonly nn.Module _module;
    private Action? _unhook;
    private PrunedTensor[] _tensors = [];

    private PrunedModule(nn.Module module) => _module = module;

    /// <summary>The pruned parameters, in the order in which they were first pruned.</summary>
    public IReadOnlyList<PrunedTensor> Tensors => _tensors;

    /// <summary>Pruned parameters of a module; null where it has none.</summary>
    public static PrunedModule? Of(nn.Module module) => _all.TryGetValue(module, out var pruned) && pruned._tensors.Length > 0 ? pruned : null;

    /// <summary>A pruned parameter; null where it is not pruned.</summary>
    public static PrunedTensor? Find(nn.Module module, string name) => Of(module)?._tensors.FirstOrDefault(t => t.Name == name);

    /// <summary>Adds a parameter; the module was prepared by <see cref="ModuleParts.Register"/>.</summary>
    public static void Add(nn.Module module, PrunedTensor tensor)
    {
        var pruned = _all.GetValue(module, m => new(m));
        pruned._tensors = [.. pruned._tensors, tensor];
        pruned._unhook ??= ModuleParts.BeforeForward(module, _ => pruned.Refresh(always: false));
    }

    /// <summary>Refreshes all parameters.</summary>
    public void Refresh(bool always)
    {
        foreach (var tensor in _tensors)
            tensor.Refresh(always);
    }

    /// <summary>Makes one parameter's pruning permanent.</summary>
    public void Remove(PrunedTensor tensor)
    {
        tensor.Remove();
        _tensors = [.. _tensors.Where(t => t != tensor)];
        if (_tensors.Length > 0)
            return;
        _unhook?.Invoke();
        _unhook = null;
        _all.Remove(_module);
    }
}
