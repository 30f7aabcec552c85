using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>One parameter of a model with where it is.</summary>
/// <param name="LayerName">Path of the module that owns it; empty for the root.</param>
/// <param name="Module">That module.</param>
/// <param name="Name">Plain name within the module, also where it is pruned.</param>
internal sealed record ModelParameter(string LayerName, nn.Module Module, string Name)
{
    /// <summary>The name seen from the root, as state dictionaries have it before pruning.</summary>
    public string Path => Functions.Path(LayerName, Name);

    /// <summary>What the module computes with.</summary>
    public Tensor Effective => prune.effective(Module, Name);

    /// <summary>The trained parameter; the same object where modules share it.</summary>
    public Tensor Original => PrunedModule.Find(Module, Name)?.Original ?? Effective;

    /// <summary>All parameters of a model in the order of its modules.</summary>
    public static IReadOnlyList<ModelParameter> Of(nn.Module root) =>
        [.. Functions.Modules(root).SelectMany(m => Names(m.Module).Select(name => new ModelParameter(m.Name, m.Module, name)))];

    /// <summary>
    /// Those that pruning is about: at least two dimensions (norms and biases have one), chosen by targets and module types.
    /// </summary>
    /// <exception cref="ArgumentException">Nothing is chosen, or a pattern of the targets matches no name.</exception>
    public static IReadOnlyList<ModelParameter> Chosen(nn.Module root, Targets targets, IReadOnlyCollection<Type>? types)
    {
        if (targets.Problems() is { Count: > 0 } problems)
            throw new InvalidPlanException(problems);
        var weights = Of(root).Where(p => p.Effective.dim() >= 2).ToList();
        NamePattern[] only = [.. targets.Only.Select(NamePattern.Parse)], skip = [.. targets.Skip.Select(NamePattern.Parse)];
        if (only.Concat(skip).FirstOrDefault(pattern => !weights.Any(p => p.Matches(pattern))) is { } unmatched)
            throw new ArgumentException($"Pattern '{unmatched.Text}' matches no weight of the model; there are {string.Join(", ", NearNames.Of(unmatched.Text, weights.Select(p => p.Path)))} and others.", nameof(targets));
        var chosen = weights.Where(p =>
            (only.Length == 0 || only.Any(p.Matches)) && !skip.Any(p.Matches)
            && (targets.Embeddings || p.Module is not (Embedding or EmbeddingBag))
            && p.Effective.numel() >= targets.MinimumParameters
            && (types is null || types.Any(type => type.IsInstanceOfType(p.Module)))).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new ArgumentException($"None of the model's {weights.Count} weights is chosen by name, size and module type.", nameof(targets));
    }

    private bool Matches(NamePattern pattern) => pattern.Matches(Path) || pattern.Matches(LayerName);

    private static IEnumerable<string> Names(nn.Module module)
    {
        var pruned = PrunedModule.Of(module)?.Tensors ?? [];
        var names = ModuleParts.Names(module).Select(name => pruned.FirstOrDefault(t => name == t.Name + "_orig")?.Name ?? name);
        return names.Distinct();
    }
}
