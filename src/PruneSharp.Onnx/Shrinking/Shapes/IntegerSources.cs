using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Values made from parameters, and conversions of type.</summary>
internal static class IntegerSources
{
    /// <summary>One value everywhere. Without a value tensor it is the floating-point number 0, which is no integer.</summary>
    public static long[][]? ConstantOfShape(NodeShapes node, long[][] dims) =>
        node.Tensor("value") is [var value] ? [FlatIndex.Fill(dims[0], _ => value)] : null;

    /// <summary>Start and multiples of delta.</summary>
    public static long[][]? Range(NodeShapes node, long[][] dims) => node.Integers(0) is [var start] && node.Integers(2) is [var delta]
        ? [FlatIndex.Fill(dims[0], position => checked(start + position[0] * delta))]
        : null;

    /// <summary>To INT64, INT32 or BOOL.</summary>
    public static long[][]? Cast(NodeShapes node) => node.Integers(0) is not { } values ? null : (TensorProto.Types.DataType)node.Int("to", 0) switch
    {
        TensorProto.Types.DataType.Int64 => [values],
        TensorProto.Types.DataType.Int32 => IntegerArithmetic.Narrow(values),
        TensorProto.Types.DataType.Bool => [[.. values.Select(v => v != 0 ? 1L : 0)]],
        _ => null,
    };
}
