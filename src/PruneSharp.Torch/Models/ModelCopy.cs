using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Copies a pruned model into a fresh one.</summary>
internal static class ModelCopy
{
    /// <summary>The copy.</summary>
    public static M Of<M>(M source, Func<M> create)
        where M : nn.Module
    {
        var target = create();
        if (ReferenceEquals(source, target))
            throw new ArgumentException("What was created is the module itself; create a new one.", nameof(create));
        var modules = Functions.Modules(target).ToDictionary(m => m.Name, m => m.Module);
        foreach (var (name, module) in Functions.Modules(source))
        {
            if (!modules.TryGetValue(name, out var twin) || twin.GetType() != module.GetType())
                throw new ArgumentException($"What was created has no {module.GetType().Name} named '{name}'; create a module of the same architecture.", nameof(create));
            foreach (var tensor in PrunedModule.Of(module)?.Tensors ?? [])
                CopyPruning(tensor, twin);
        }

        CopyState(source, target, modules);
        foreach (var (name, module) in Functions.Modules(source))
        {
            modules[name].train(module.training);
            foreach (var tensor in PrunedModule.Of(module)?.Tensors ?? [])
                PrunedModule.Find(modules[name], tensor.Name)!.TakeHistory(tensor);
        }

        return prune.refresh(target);
    }

    private static void CopyPruning(PrunedTensor tensor, nn.Module twin)
    {
        if (PrunedModule.Find(twin, tensor.Name) is null)
            prune.identity(twin, tensor.Name);
        PrunedModule.Find(twin, tensor.Name)!.Method = tensor.Method is prune.PruningContainer container ? new prune.PruningContainer(container) : tensor.Method;
    }

    private static void CopyState(nn.Module source, nn.Module target, Dictionary<string, nn.Module> modules)
    {
        using var guard = no_grad();
        prune.refresh(source);
        prune.refresh(target);

        // From the root down, so that children may differ from their parents.
        foreach (var (name, module) in Functions.Modules(source))
        {
            if (module.named_parameters(recurse: false).Select(p => p.parameter).FirstOrDefault() is { } example)
                modules[name].to(example.dtype).to(example.device);
        }

        prune.refresh(target);
        var state = source.state_dict();
        var other = target.state_dict();
        string[] different = [.. state.Keys.Except(other.Keys).Concat(other.Keys.Except(state.Keys)).Concat(state.Keys.Intersect(other.Keys).Where(key => state[key].dtype != other[key].dtype || !state[key].shape.AsSpan().SequenceEqual(other[key].shape)))];
        if (different.Length > 0)
            throw new ArgumentException($"What was created differs in {string.Join(", ", different)}; create a module of the same architecture.", nameof(target));
        foreach (var (key, value) in state)
        {
            other[key].copy_(value);
            if (other[key].is_leaf && value.is_leaf)
                other[key].requires_grad = value.requires_grad;
        }
    }
}
