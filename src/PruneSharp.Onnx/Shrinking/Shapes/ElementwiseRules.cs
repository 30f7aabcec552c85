namespace PruneSharp.Onnx;

/// <summary>Operators that work element by element, and others that keep the dimensions of their first input.</summary>
internal static class ElementwiseRules
{
    /// <summary>Every output is like the first input.</summary>
    public static long[]?[]? Same(NodeShapes node) => node.Dims(0) is { } dims ? [.. Enumerable.Repeat(dims, node.OutputCount)] : null;

    /// <summary>All inputs broadcast together. Before operator set 7 the first one decides.</summary>
    public static long[]?[]? Broadcast(NodeShapes node)
    {
        if (node.Has("broadcast"))
            return Same(node);
        var dims = node.Dims(0);
        for (int input = 1; input < node.InputCount && dims is not null; input++)
            dims = node.Dims(input) is { } other ? Dimensions.Broadcast(dims, other) : null;
        return dims is null ? null : [dims];
    }

    /// <summary>Two quantized tensors, each followed by scale and zero point.</summary>
    public static long[]?[]? QLinearBroadcast(NodeShapes node) =>
        node.Dims(0) is { } a && node.Dims(3) is { } b && Dimensions.Broadcast(a, b) is { } dims ? [dims] : null;

    /// <summary>The quantized tensor, its scale and its zero point.</summary>
    public static long[]?[]? DynamicQuantizeLinear(NodeShapes node) => [node.Dims(0), [], []];
}
