namespace PruneSharp.Torch.Onnx;

/// <summary>A tensor that flows through the graph: what a node gives, or an input or initializer of the model.</summary>
public sealed class OnnxValue
{
    internal OnnxValue(string name, ScalarType type, IReadOnlyList<long?> shape)
    {
        Name = name;
        Type = type;
        Shape = shape;
    }

    /// <summary>The name by which nodes refer to it.</summary>
    public string Name { get; }

    /// <summary>Type of its elements.</summary>
    public ScalarType Type { get; }

    /// <summary>Its dimensions as far as they are known; null where only the running model knows.</summary>
    public IReadOnlyList<long?> Shape { get; }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Shape.Count;

    /// <summary>A dimension counted from the front, or from the back where negative.</summary>
    internal long? Dim(int axis) => Shape[axis < 0 ? axis + Rank : axis];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape.Select(d => d?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"))}]";
}
