using System.Collections.Frozen;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The operator table: which rule an operator has. What is not in it stays as it is.</summary>
internal static class OperatorRules
{
    private static readonly FrozenDictionary<(string Domain, string Op), OperatorRule> Rules = Table().ToFrozenDictionary();

    /// <summary>All operators that can be shrunk, with their domain ("" for the standard's).</summary>
    public static IEnumerable<(string Domain, string Op)> All => Rules.Keys.Where(key => key.Domain != FillRule.Domain).Order();

    /// <summary>The rule of a node, or null.</summary>
    public static OperatorRule? Of(NodeProto node) =>
        ShrinkGraph.Domain(node) is { } domain && !node.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0) ? Rules.GetValueOrDefault((domain, node.OpType)) : null;

    private static Dictionary<(string Domain, string Op), OperatorRule> Table()
    {
        const string Microsoft = "com.microsoft";
        var rules = new Dictionary<(string, string), OperatorRule>();
        void Add(OperatorRule rule, string operators, string domain = "")
        {
            foreach (string op in operators.Split(' '))
                rules.Add((domain, op), rule);
        }

        Add(new ElementwiseRule(), "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Cast Ceil Celu Clip Cos Cosh Dropout Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu");
        Add(new ElementwiseRule(), "Gelu QuickGelu", Microsoft);
        Add(new BroadcastRule(), "Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu Pow Sub Sum Where Xor");
        Add(new BroadcastRule(), "BiasGelu FastGelu", Microsoft);

        Add(new ConvRule(1, [2]), "Conv");
        Add(new ConvRule(1, [2], residual: 3), "FusedConv", Microsoft);
        Add(new ConvRule(3, [4, 5, 8]), "QLinearConv");
        Add(new ConvRule(1, [3]), "ConvInteger");
        Add(new ConvTransposeRule(), "ConvTranspose");
        Add(new GemmRule(), "Gemm");
        Add(new GemmRule(), "FusedGemm", Microsoft);
        Add(new MatMulRule(1, []), "MatMul");
        Add(new MatMulRule(1, []), "FusedMatMul TransposeMatMul", Microsoft);
        Add(new MatMulRule(3, [4, 5]), "QLinearMatMul");
        Add(new MatMulRule(1, [3]), "MatMulInteger");
        Add(new MatMulRule(1, [2, 3, 4], ranged: true), "DynamicQuantizeMatMul", Microsoft);
        Add(new BlockQuantizedMatMulRule(), "MatMulNBits", Microsoft);
        Add(new EinsumRule(), "Einsum");
        Add(new RecurrentRule(4), "LSTM");
        Add(new RecurrentRule(3), "GRU");
        Add(new RecurrentRule(1), "RNN");
        Add(new AttentionRule(), "Attention", Microsoft);
        Add(new HeadsAttentionRule("num_heads", null), "MultiHeadAttention", Microsoft);
        Add(new HeadsAttentionRule("q_num_heads", "kv_num_heads"), "Attention");

        Add(new BatchNormalizationRule(), "BatchNormalization InstanceNormalization");
        Add(new GroupNormalizationRule(), "GroupNormalization");
        Add(new LayerNormalizationRule(), "LayerNormalization RMSNormalization SimplifiedLayerNormalization");
        Add(AxisFixedRule.Softmax, "Softmax LogSoftmax Hardmax");
        Add(AxisFixedRule.OneAxis(-1), "LpNormalization");
        Add(AxisFixedRule.OneAxis(1), "LRN");
        Add(AxisFixedRule.CumSum, "CumSum");
        Add(AxisFixedRule.Trilu, "Trilu");

        Add(new ReduceRule(ContractionKind.Sum), "ReduceSum");
        Add(new ReduceRule(ContractionKind.Mean), "ReduceMean");
        Add(new ReduceRule(ContractionKind.Max), "ReduceMax");
        Add(new ReduceRule(ContractionKind.Min), "ReduceMin");
        Add(new ReduceRule(null), "ArgMax ArgMin ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceProd ReduceSumSquare");

        Add(new PoolRule(), "AveragePool GlobalAveragePool GlobalLpPool GlobalMaxPool GridSample LpPool MaxPool Upsample");
        Add(new PoolRule(sizes: 3), "Resize");
        Add(new PadRule(), "Pad");
        Add(new ConcatRule(), "Concat");
        Add(new SplitRule(), "Split");
        Add(new SliceRule(), "Slice");
        Add(new GatherRule(), "Gather");
        Add(new TransposeRule(), "Transpose");
        Add(new SqueezeRule(), "Squeeze Unsqueeze");
        Add(new ReshapeRule(), "Reshape Flatten");
        Add(new ExpandRule(), "Expand");
        Add(new TileRule(), "Tile");
        Add(new ConstantOfShapeRule(), "ConstantOfShape");
        Add(new SizeOfRule(), "Shape Size");
        Add(new DepthToSpaceRule(), "DepthToSpace SpaceToDepth");

        Add(new QuantizeRule(), "QuantizeLinear DequantizeLinear");
        Add(new DynamicQuantizeRule(), "DynamicQuantizeLinear");
        Add(new QuantizeRule(), "QuantizeLinear DequantizeLinear", Microsoft);
        Add(new QuantizedBroadcastRule(0, 3), "QLinearAdd QLinearMul", Microsoft);
        Add(new QuantizedBroadcastRule(0), "QLinearLeakyRelu QLinearSigmoid", Microsoft);
        Add(new QuantizedPoolRule(), "QLinearAveragePool QLinearGlobalAveragePool", Microsoft);
        Add(new ConcatRule(first: 2, step: 3), "QLinearConcat", Microsoft);
        Add(new FillRule(), FillRule.Op, FillRule.Domain);
        return rules;
    }
}
