using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>A parameter of a module that can be pruned, or be pruned once more, with what is ranked for it.</summary>
internal sealed class PruningTarget
{
    private PruningTarget(nn.Module module, string name, PrunedTensor? pruned, Tensor weights, Tensor? scores)
    {
        Module = module;
        Name = name;
        Pruned = pruned;
        Weights = weights;
        Ranked = scores ?? weights;
    }

    public nn.Module Module { get; }

    public string Name { get; }

    /// <summary>What is known about it; null where it is not pruned yet.</summary>
    public PrunedTensor? Pruned { get; }

    /// <summary>What the module computes with.</summary>
    public Tensor Weights { get; }

    /// <summary>What is ranked: scores that were given, or the weights.</summary>
    public Tensor Ranked { get; }

    /// <summary>The trained parameter; the same object where modules share it.</summary>
    public Tensor Original => Pruned?.Original ?? Weights;

    /// <summary>Looks a parameter up and checks it.</summary>
    /// <exception cref="ArgumentException">It is absent, of another type than float, or the scores do not fit.</exception>
    public static PruningTarget Of(nn.Module module, string name, Tensor? scores)
    {
        ArgumentNullException.ThrowIfNull(module);
        var pruned = PrunedModule.Find(module, name);
        pruned?.Refresh(always: true);
        var weights = pruned?.Effective ?? Parameter(module, name);
        if (ElementTypes.Of(weights.dtype) is null)
            throw new ArgumentException($"{module.GetType().Name}.{name} is of type {weights.dtype}; weights of float16, bfloat16, float32 and float64 can be pruned.", nameof(name));
        if (pruned is null && new[] { "_orig", "_mask" }.FirstOrDefault(ending => IsTaken(module, name + ending)) is { } taken)
            throw new ArgumentException($"{module.GetType().Name} has a tensor named {name}{taken} of its own, which pruning {name} would need. Rename it.", nameof(name));
        prune.BasePruningMethod.CheckShape(scores, weights.shape, "importance_scores");
        return new(module, name, pruned, weights, scores);
    }

    private static bool IsTaken(nn.Module module, string name) =>
        ModuleParts.Parameters(module).ContainsKey(name) || ModuleParts.Buffers(module).ContainsKey(name);

    private static Parameter Parameter(nn.Module module, string name)
    {
        string kind = module.GetType().Name;
        if (name.EndsWith("_orig", StringComparison.Ordinal) && PrunedModule.Find(module, name[..^"_orig".Length]) is not null)
            throw new ArgumentException($"{name} is the original of a pruned parameter of {kind}; prune '{name[..^"_orig".Length]}'.", nameof(name));
        if (ModuleParts.Find(module, name) is { } parameter)
            return parameter;
        if (module.GetType().GetProperty(name) is { } property && typeof(Tensor).IsAssignableFrom(property.PropertyType))
            throw new ArgumentException($"{kind} has no {name}: it was created without. Prune another parameter, or create the module with a {name}.", nameof(name));
        var names = ModuleParts.Names(module);
        string there = names.Count == 0 ? $"It has none of its own; prune those of its children, or all with {nameof(prune)}.{nameof(prune.model)}" : $"It has {string.Join(", ", names)}";
        throw new ArgumentException($"{kind} has no parameter '{name}'. {there}.{NearNames.DidYouMean(name, names)}", nameof(name));
    }
}
