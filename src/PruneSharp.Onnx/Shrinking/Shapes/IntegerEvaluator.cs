using System.Collections.Frozen;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Computes one node of a shape sub-graph on small integer tensors, truth values being 1 and 0. Values are taken as INT64, INT32 or BOOL; since which of them is
/// not known, arithmetic whose result leaves 32 bits is unknown, as are conversions to narrower or floating-point types.
/// </summary>
internal static class IntegerEvaluator
{
    private static readonly FrozenDictionary<string, IntegerRule> Rules = new Dictionary<string, IntegerRule>
    {
        ["Shape"] = (node, _) => node.Dims(0) is { } dims && SourceRules.Ends(node, dims.Length) is var (start, end) ? [start < end ? dims[start..end] : []] : null,
        ["Size"] = (node, _) => node.Dims(0) is { } dims && Dimensions.Count(dims) is { } count ? [[count]] : null,
        ["ConstantOfShape"] = IntegerSources.ConstantOfShape,
        ["Range"] = IntegerSources.Range,
        ["Identity"] = (node, _) => IntegerMoves.Copy(node),
        ["Reshape"] = (node, _) => IntegerMoves.Copy(node),
        ["Flatten"] = (node, _) => IntegerMoves.Copy(node),
        ["Squeeze"] = (node, _) => IntegerMoves.Copy(node),
        ["Unsqueeze"] = (node, _) => IntegerMoves.Copy(node),
        ["Cast"] = (node, _) => IntegerSources.Cast(node),
        ["Transpose"] = IntegerMoves.Transpose,
        ["Expand"] = IntegerMoves.Expand,
        ["Tile"] = IntegerMoves.Tile,
        ["Gather"] = IntegerMoves.Gather,
        ["Slice"] = IntegerMoves.Slice,
        ["Concat"] = IntegerMoves.Concat,
        ["Split"] = IntegerMoves.Split,
        ["Where"] = IntegerArithmetic.Where,
        ["Neg"] = IntegerArithmetic.Unary(a => -a),
        ["Abs"] = IntegerArithmetic.Unary(Math.Abs),
        ["Not"] = IntegerArithmetic.Unary(a => a == 0 ? 1 : 0),
        ["Add"] = IntegerArithmetic.Binary((a, b) => checked(a + b)),
        ["Sub"] = IntegerArithmetic.Binary((a, b) => checked(a - b)),
        ["Mul"] = IntegerArithmetic.Binary((a, b) => checked(a * b)),
        ["Div"] = IntegerArithmetic.Binary((a, b) => a / b),
        ["Mod"] = IntegerArithmetic.Mod,
        ["Min"] = IntegerArithmetic.Binary(Math.Min),
        ["Max"] = IntegerArithmetic.Binary(Math.Max),
        ["Equal"] = IntegerArithmetic.Binary((a, b) => a == b ? 1 : 0),
        ["Less"] = IntegerArithmetic.Binary((a, b) => a < b ? 1 : 0),
        ["Greater"] = IntegerArithmetic.Binary((a, b) => a > b ? 1 : 0),
        ["LessOrEqual"] = IntegerArithmetic.Binary((a, b) => a <= b ? 1 : 0),
        ["GreaterOrEqual"] = IntegerArithmetic.Binary((a, b) => a >= b ? 1 : 0),
        ["And"] = IntegerArithmetic.Binary((a, b) => a != 0 && b != 0 ? 1 : 0),
        ["Or"] = IntegerArithmetic.Binary((a, b) => a != 0 || b != 0 ? 1 : 0),
        ["ReduceSum"] = IntegerReductions.Of(0, (a, b) => checked(a + b)),
        ["ReduceProd"] = IntegerReductions.Of(1, (a, b) => checked(a * b)),
        ["ReduceMin"] = IntegerReductions.Of(null, Math.Min),
        ["ReduceMax"] = IntegerReductions.Of(null, Math.Max),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The outputs' dimensions and values; null where the operator or a value that it needs is not known. Never throws.</summary>
    /// <param name="node">The node, of the standard operator set.</param>
    /// <param name="opset">Version of that set.</param>
    /// <param name="inputs">By input, what is known; null where absent or unknown. Shape and Size need no values.</param>
    /// <param name="integers">Reads the value tensor of ConstantOfShape; null leaves those that have one unknown.</param>
    public static ObservedTensor[]? Evaluate(NodeProto node, long opset, IReadOnlyList<ObservedTensor?> inputs, Func<TensorProto, long[]?>? integers = null) =>
        Evaluate(new NodeShapes(node, opset, inputs, integers));

    /// <summary>The same for a node with its inputs.</summary>
    public static ObservedTensor[]? Evaluate(NodeShapes node)
    {
        if (node.Node.Domain is not ("" or "ai.onnx") || !Rules.TryGetValue(node.Node.OpType, out var rule) || ShapeRules.Apply(node) is not { } shapes)
            return null;
        long[][] dims = [.. shapes.OfType<long[]>()];
        if (dims.Length != node.OutputCount || dims.Any(d => Dimensions.Count(d) is not <= ObservedTensor.MostIntegers))
            return null;
        try
        {
            return rule(node, dims) is { } values && values.Length == dims.Length && values.Zip(dims).All(o => o.First.Length == Dimensions.Count(o.Second))
                ? [.. dims.Zip(values, (d, v) => new ObservedTensor(d, v))]
                : null;
        }
        catch (Exception error) when (ShapeRules.IsNonsense(error))
        {
            return null;
        }
    }
}
