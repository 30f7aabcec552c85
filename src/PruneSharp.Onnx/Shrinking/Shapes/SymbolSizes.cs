using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Sizes of dynamic dimensions in one sample. A name (or, where the model gives none, <c>input.axis</c>) has one size everywhere: the given one, else 2 for axis 0 and
/// names with "batch" (3 in other samples than the first), 64 (96) for height and width of images, 16 (24) for sequences; the channels of an image are those of the
/// convolution that takes it, else 3.
/// </summary>
internal sealed class SymbolSizes
{
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);

    /// <summary>Chooses the sizes.</summary>
    public SymbolSizes(GraphProto graph, IReadOnlyDictionary<string, ObservedTensor> constants, IReadOnlyDictionary<string, long>? given, bool first)
    {
        var convolutions = graph.Node.Where(n => n.OpType == "Conv" && n.Input.Count > 1).ToLookup(n => n.Input[0], StringComparer.Ordinal);
        foreach (var (input, shape) in Inputs(graph, constants))
            for (int axis = 0; axis < shape.Dim.Count; axis++)
                if (IsDynamic(shape.Dim[axis]) && Symbol(input, axis, shape.Dim[axis]) is var symbol)
                    _sizes.TryAdd(symbol, given is not null && given.TryGetValue(symbol, out long size) ? size
                        : axis == 0 || symbol.Contains("batch", StringComparison.OrdinalIgnoreCase) ? first ? 2 : 3
                        : shape.Dim.Count != 4 ? first ? 16 : 24
                        : axis == 1 && !(shape.Dim[3].HasDimValue && shape.Dim[3].DimValue is 1 or 3 or 4) ? Channels(convolutions[input].FirstOrDefault(), constants)
                        : first ? 64 : 96);
        AreFixed = _sizes.Count == 0;
    }

    /// <summary>Whether there are no dynamic dimensions.</summary>
    public bool AreFixed { get; }

    /// <summary>Names and shapes of the inputs that are no constants.</summary>
    public static IEnumerable<(string Name, TensorShapeProto Shape)> Inputs(GraphProto graph, IReadOnlyDictionary<string, ObservedTensor> constants) =>
        from input in graph.Input
        where !constants.ContainsKey(input.Name) && input.Type?.TensorType?.Shape is { Dim.Count: <= Dimensions.MostAxes }
        select (input.Name, input.Type.TensorType.Shape);

    /// <summary>A declared shape in this sample; null where a dimension is not known.</summary>
    public long[]? Dims(string name, TensorShapeProto shape)
    {
        if (shape.Dim.Count > Dimensions.MostAxes)
            return null;
        var dims = new long[shape.Dim.Count];
        for (int axis = 0; axis < dims.Length; axis++)
        {
            var dim = shape.Dim[axis];
            if (!IsDynamic(dim))
                dims[axis] = dim.DimValue;
            else if (!_sizes.TryGetValue(Symbol(name, axis, dim), out dims[axis]))
                return null;
        }

        return Dimensions.AreSound(dims) ? dims : null;
    }

    private static bool IsDynamic(TensorShapeProto.Types.Dimension dim) => !dim.HasDimValue || dim.DimValue < 0;

    private static string Symbol(string input, int axis, TensorShapeProto.Types.Dimension dim) => dim.DimParam.Length > 0 ? dim.DimParam : $"{input}.{axis}";

    private static long Channels(NodeProto? convolution, IReadOnlyDictionary<string, ObservedTensor> constants) =>
        convolution is not null && constants.TryGetValue(convolution.Input[1], out var weights) && weights.Dims.Count == 4
            && WeightOperators.Int(convolution, "group", 1) is > 0 and <= int.MaxValue and var group && weights.Dims[1] is > 0 and <= int.MaxValue
            ? weights.Dims[1] * group
            : 3;
}
