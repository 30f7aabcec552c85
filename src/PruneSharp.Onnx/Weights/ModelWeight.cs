namespace PruneSharp.Onnx;

/// <summary>One floating-point tensor of a model that some layer uses as its weight or embedding table.</summary>
public sealed class ModelWeight
{
    internal ModelWeight(string name, string valueName, StoredTensor tensor, WeightTensor weights, bool hasLayout, IReadOnlyList<ConstantUse> uses, IReadOnlyList<string> aliases)
    {
        Name = name;
        ValueName = valueName;
        Stored = tensor;
        Weights = weights;
        HasLayout = hasLayout;
        Aliases = aliases;
        var main = uses.First(u => u.Kind != UseKind.Other);
        Op = main.Op;
        Layers = [.. uses.Select(u => u.Layer).Distinct(StringComparer.Ordinal)];
        IsEmbedding = uses.Any(u => u.Kind == UseKind.Embedding);
    }

    /// <summary>The tensor's name; inside a sub-graph with the path to it, in a Constant node that of its output.</summary>
    public string Name { get; }

    /// <summary>The name that nodes of its own graph use.</summary>
    public string ValueName { get; }

    /// <summary>The operator that uses it, the first in file order.</summary>
    public string Op { get; }

    /// <summary>Names of the nodes that use it.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Names of other tensors with the same external bytes; what happens to this one happens to them.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Whether some Gather looks up rows in it; true for tied tables too.</summary>
    public bool IsEmbedding { get; }

    /// <summary>Stored dimensions.</summary>
    public IReadOnlyList<long> Shape => Stored.Proto.Dims;

    /// <summary>The values and their layout.</summary>
    public WeightTensor Weights { get; }

    /// <summary>False where the way from storage to outputs and inputs cannot be followed; only single weights can be pruned then.</summary>
    public bool HasLayout { get; }

    internal StoredTensor Stored { get; }
}
