using System.Collections.Frozen;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Which values of the main graph are float32 for certain: declared ones, constants, and what operators make of them that keep the type of an input.</summary>
internal static class FloatValues
{
    private const int Float = (int)TensorProto.Types.DataType.Float;

    // All outputs have the type of the first input.
    private static readonly FrozenSet<string> Keeping = """
        Abs Acos Acosh Add Asin Asinh Atan Atanh AveragePool Ceil Celu Clip Concat Conv ConvTranspose Cos Cosh CumSum DepthToSpace Div Einsum Elu Erf Exp Expand
        Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool GroupNormalization HardSigmoid HardSwish Hardmax
        Identity InstanceNormalization LRN LSTM LayerNormalization LeakyRelu Log LogSoftmax LpNormalization LpPool MatMul Max Mean Min Mish Mul Neg PRelu Pad Pow
        RMSNormalization RNN Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu
        Reshape Resize Round ScatterElements ScatterND Selu Sigmoid Sign Sin Sinh Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan
        Tanh ThresholdedRelu Tile Transpose Trilu Unsqueeze Upsample
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    // The first output has the type of the first input, the others have their own.
    private static readonly FrozenSet<string> KeepingFirst = FrozenSet.Create(StringComparer.Ordinal, "BatchNormalization", "Dropout", "MaxPool", "TopK");

    /// <summary>Finds their names.</summary>
    /// <param name="graph">The main graph.</param>
    /// <param name="order">Its nodes, each behind those it reads from.</param>
    /// <param name="constants">The float32 constants.</param>
    public static HashSet<string> Of(GraphProto graph, IEnumerable<NodeProto> order, IEnumerable<string> constants)
    {
        var floats = new HashSet<string>(constants, StringComparer.Ordinal);
        floats.UnionWith(graph.Initializer.Where(i => i.DataType == Float).Select(i => i.Name));
        floats.UnionWith(graph.Input.Concat(graph.ValueInfo).Concat(graph.Output).Where(v => v.Type?.TensorType?.ElemType == Float).Select(v => v.Name));
        foreach (var node in order)
            floats.UnionWith(node.Output.Where(name => name.Length > 0).Take(FloatOutputs(node, floats)));
        return floats;
    }

    private static int FloatOutputs(NodeProto node, HashSet<string> floats)
    {
        bool IsFloat(int input) => input < node.Input.Count && floats.Contains(node.Input[input]);
        if (node.Domain is not ("" or "ai.onnx"))
            return 0;
        if (Keeping.Contains(node.OpType))
            return IsFloat(0) ? node.Output.Count : 0;
        bool first = node.OpType switch
        {
            "Where" => IsFloat(1),
            "Cast" => node.Attribute.Any(a => a.Name == "to" && a.I == Float),
            "DequantizeLinear" => IsFloat(1),
            _ => KeepingFirst.Contains(node.OpType) && IsFloat(0),
        };
        return first ? 1 : 0;
    }
}
