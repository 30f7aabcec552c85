namespace PruneSharp.Onnx;

/// <summary>One value of the main graph: an input, a constant or what a node computes. A small constant that several nodes use is one value for each use.</summary>
internal sealed class GraphTensor(string name, int number)
{
    /// <summary>Its name in the file.</summary>
    public string Name { get; } = name;

    /// <summary>Its position in <see cref="ShrinkGraph.Tensors"/>.</summary>
    public int Number { get; } = number;

    /// <summary>Its dimensions in the first sample; null where they are not known. A constant whose rows are stored flat has two.</summary>
    public IReadOnlyList<int>? Dims { get; init; }

    /// <summary>By axis, whether the dimension depends on the input.</summary>
    public IReadOnlyList<bool> Dynamic { get; init; } = [];

    /// <summary>Its values where it is a constant of the file.</summary>
    public StoredTensor? Stored { get; init; }

    /// <summary>Its values where they are few integers that do not depend on the input; else null.</summary>
    public IReadOnlyList<long>? Integers { get; init; }

    /// <summary>The node that computes it; null for inputs and initializers.</summary>
    public GraphNode? Producer { get; set; }

    /// <summary>The nodes that use it, and as which input.</summary>
    public List<(GraphNode Node, int Input)> Uses { get; } = [];

    /// <summary>Whether the file holds its values.</summary>
    public bool IsConstant => Stored is not null;

    /// <summary>Number of dimensions; -1 where it is not known.</summary>
    public int Rank => Dims?.Count ?? -1;
}
