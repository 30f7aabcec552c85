using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <content>Questions about pruned modules, and the way back.</content>
public static partial class prune
{
    /// <summary>Whether a module or any module below it is pruned.</summary>
    public static bool is_pruned(nn.Module module) => Functions.Modules(module).Any(m => PrunedModule.Of(m.Module) is not null);

    /// <summary>Makes the pruning of a parameter permanent: it gets its name back, with zeros where it was pruned.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name before it was pruned, such as <c>weight</c>.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">The parameter is not pruned.</exception>
    public static M remove<M>(M module, string name)
        where M : nn.Module
    {
        Functions.Remove(module, name);
        return module;
    }

    /// <summary>Makes all pruning of a module and of those below it permanent, as before saving or exporting.</summary>
    /// <returns>The module.</returns>
    public static M remove_all<M>(M module)
        where M : nn.Module
    {
        foreach (var (_, child) in Functions.Modules(module))
        {
            foreach (var tensor in PrunedModule.Of(child)?.Tensors.ToArray() ?? [])
                Functions.Remove(child, tensor.Name);
        }

        return module;
    }

    /// <summary>
    /// Makes a module and those below it compute with their present originals and masks. Calling a module does this by itself, in
    /// evaluation only where it notices that they changed; needed before <c>module.weight</c> is read or <c>forward</c> is called directly
    /// after an optimizer's step or a load, after single weights were written in evaluation, and for parameter lists, which are never
    /// called, after each step.
    /// </summary>
    /// <returns>The module.</returns>
    /// <exception cref="InvalidOperationException">A mask was loaded that holds something other than 0 and 1.</exception>
    public static M refresh<M>(M module)
        where M : nn.Module
    {
        foreach (var (_, child) in Functions.Modules(module))
            PrunedModule.Of(child)?.Refresh(always: true);
        return module;
    }

    /// <summary>The method that was applied to a parameter, or the container of all; null where it is not pruned.</summary>
    public static BasePruningMethod? method_of(nn.Module module, string name) => PrunedModule.Find(module, name)?.Method;

    /// <summary>What a module computes with: the masked parameter where it is pruned, otherwise the parameter. Not to be changed.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's plain name.</param>
    /// <exception cref="ArgumentException">The module has no such parameter.</exception>
    public static Tensor effective(nn.Module module, string name) =>
        PrunedModule.Find(module, name)?.Effective ?? ModuleParts.Find(module, name)
        ?? throw new ArgumentException($"{module.GetType().Name} has no parameter '{name}'.", nameof(name));

    /// <summary>A copy of a pruned parameter without its mask: pruned entries as they were before, the others as they are now.</summary>
    /// <exception cref="ArgumentException">The parameter is not pruned.</exception>
    public static Tensor original(nn.Module module, string name) =>
        (PrunedModule.Find(module, name) ?? throw Functions.NotPruned(module, name)).OriginalValues();
}
