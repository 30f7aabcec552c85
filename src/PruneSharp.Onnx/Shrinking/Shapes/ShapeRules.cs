using System.Collections.Frozen;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The table of operators whose output dimensions are known from their inputs.</summary>
internal static class ShapeRules
{
    private static readonly FrozenDictionary<string, ShapeRule> Standard = new Dictionary<string, ShapeRule>()
        .With(ElementwiseRules.Same, "Abs Acos Acosh Asin Asinh Atan Atanh Bernoulli BitwiseNot Cast CastLike Ceil Celu Clip Cos Cosh CumSum DequantizeLinear Dropout Elu Erf Exp EyeLike Floor Gelu GroupNormalization Hardmax HardSigmoid HardSwish Identity InstanceNormalization IsInf IsNaN LeakyRelu Log LogSoftmax LpNormalization LRN MeanVarianceNormalization Mish Neg Not PRelu QuantizeLinear RandomNormalLike RandomUniformLike Reciprocal Relu ReverseSequence RMSNormalization Round Scatter ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu")
        .With(ElementwiseRules.Broadcast, "Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or Pow Sub Sum Where Xor")
        .With(ElementwiseRules.DynamicQuantizeLinear, "DynamicQuantizeLinear")
        .With(NormalizationRules.Batch, "BatchNormalization")
        .With(NormalizationRules.Layer, "LayerNormalization")
        .With(WindowRules.Conv(1), "Conv ConvInteger")
        .With(WindowRules.Conv(3), "QLinearConv")
        .With(WindowRules.ConvTranspose, "ConvTranspose")
        .With(WindowRules.Pool, "MaxPool AveragePool LpPool")
        .With(WindowRules.GlobalPool, "GlobalMaxPool GlobalAveragePool GlobalLpPool")
        .With(WindowRules.GridSample, "GridSample")
        .With(WindowRules.RoiAlign, "RoiAlign")
        .With(ProductRules.Gemm, "Gemm")
        .With(ProductRules.MatMul(1), "MatMul MatMulInteger")
        .With(ProductRules.MatMul(3), "QLinearMatMul")
        .With(ProductRules.Einsum, "Einsum")
        .With(LayoutRules.Reshape, "Reshape")
        .With(LayoutRules.Flatten, "Flatten")
        .With(LayoutRules.Squeeze, "Squeeze")
        .With(LayoutRules.Unsqueeze, "Unsqueeze")
        .With(LayoutRules.Transpose, "Transpose")
        .With(LayoutRules.DepthToSpace, "DepthToSpace")
        .With(LayoutRules.SpaceToDepth, "SpaceToDepth")
        .With(SizingRules.Expand, "Expand")
        .With(SizingRules.Tile, "Tile")
        .With(SizingRules.Pad, "Pad")
        .With(ResizeRules.Resize, "Resize")
        .With(ResizeRules.Upsample, "Upsample")
        .With(PartRules.Concat, "Concat")
        .With(PartRules.Split, "Split")
        .With(PartRules.Slice, "Slice")
        .With(PartRules.Gather, "Gather")
        .With(PartRules.GatherElements, "GatherElements")
        .With(PartRules.GatherNd, "GatherND")
        .With(ReductionRules.Reduce, "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare")
        .With(ReductionRules.ArgReduce, "ArgMax ArgMin")
        .With(ReductionRules.TopK, "TopK")
        .With(RecurrentRules.Recurrent, "LSTM GRU RNN")
        .With(SourceRules.Shape, "Shape")
        .With(_ => [[]], "Size")
        .With(SourceRules.ConstantOfShape, "ConstantOfShape")
        .With(SourceRules.Random, "RandomNormal RandomUniform")
        .With(SourceRules.Range, "Range")
        .With(SourceRules.OneHot, "OneHot")
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ShapeRule> Microsoft = new Dictionary<string, ShapeRule>()
        .With(ElementwiseRules.Same, "BiasGelu FastGelu Gelu QuickGelu QLinearLeakyRelu QLinearSigmoid QLinearSoftmax QuantizeLinear DequantizeLinear GroupNorm")
        .With(ElementwiseRules.QLinearBroadcast, "QLinearAdd QLinearMul")
        .With(NormalizationRules.Layer, "LayerNormalization SimplifiedLayerNormalization")
        .With(NormalizationRules.SkipLayer, "SkipLayerNormalization SkipSimplifiedLayerNormalization")
        .With(WindowRules.Conv(1), "FusedConv")
        .With(ProductRules.Gemm, "FusedGemm")
        .With(ProductRules.FusedMatMul, "FusedMatMul TransposeMatMul")
        .With(ProductRules.MatMulNBits, "MatMulNBits")
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The dimensions of a node's outputs: null for an unknown one, and null for all of an unknown operator or of one that makes no sense.</summary>
    public static long[]?[]? Apply(NodeShapes node)
    {
        if (Find(node.Node) is not { } rule)
            return null;
        try
        {
            return rule(node) is { } outputs ? [.. outputs.Take(node.OutputCount).Select(dims => dims is not null && Dimensions.AreSound(dims) ? dims : null)] : null;
        }
        catch (Exception error) when (IsNonsense(error))
        {
            return null;
        }
    }

    /// <summary>Whether the operator is in the table.</summary>
    public static bool Contains(NodeProto node) => Find(node) is not null;

    /// <summary>What rules throw on attributes that are too short, axes that do not exist, and numbers that are too large.</summary>
    public static bool IsNonsense(Exception error) => error is OverflowException or DivideByZeroException or IndexOutOfRangeException or ArgumentException;

    private static ShapeRule? Find(NodeProto node) =>
        (node.Domain switch { "" or "ai.onnx" => Standard, "com.microsoft" => Microsoft, _ => null })?.GetValueOrDefault(node.OpType);

    private static Dictionary<string, ShapeRule> With(this Dictionary<string, ShapeRule> table, ShapeRule rule, string operators)
    {
        foreach (string name in operators.Split(' '))
            table.Add(name, rule);
        return table;
    }
}
