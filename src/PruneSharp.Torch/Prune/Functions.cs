using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>What several functions of <see cref="prune"/> share.</summary>
internal static class Functions
{
    /// <summary>Makes a pruning permanent.</summary>
    /// <exception cref="ArgumentException">The parameter is not pruned.</exception>
    public static void Remove(nn.Module module, string name)
    {
        var tensor = PrunedModule.Find(module, name) ?? throw NotPruned(module, name);
        PrunedModule.Of(module)!.Remove(tensor);
    }

    /// <summary>The error for a parameter that is not pruned.</summary>
    public static ArgumentException NotPruned(nn.Module module, string name)
    {
        string[] pruned = [.. (PrunedModule.Of(module)?.Tensors ?? []).Select(t => t.Name)];
        string there = pruned.Length == 0 ? "no parameter of it is" : $"only {string.Join(", ", pruned)} {(pruned.Length == 1 ? "is" : "are")}";
        return new($"Parameter '{name}' of {module.GetType().Name} is not pruned; {there}.", nameof(name));
    }

    /// <summary>A module and all below it with their names, each once; the module itself has the name "".</summary>
    public static IReadOnlyList<(string Name, nn.Module Module)> Modules(nn.Module root)
    {
        var seen = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance) { root };
        return [("", root), .. root.named_modules().Where(m => seen.Add(m.module)).Select(m => (m.name, m.module))];
    }

    /// <summary>The name of a parameter seen from the root.</summary>
    public static string Path(string module, string name) => module.Length == 0 ? name : $"{module}.{name}";
}
