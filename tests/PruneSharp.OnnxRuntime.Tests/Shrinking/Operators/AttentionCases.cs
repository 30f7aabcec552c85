namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Attention as one operator.</summary>
internal static class AttentionCases
{
    private const string Microsoft = "com.microsoft";

    public static IEnumerable<ShrinkCase> All =>
    [
        new("Attention", "its inputs", () => Packed()) { Domain = Microsoft, Parameters = 24 + (4 * 12) + 12 + 20 },
        new("Attention", "its heads", () => Packed()) { Domain = Microsoft, Producer = "packed", Units = 4 },
        new("Attention", "without a mask of its own, one direction", () => Packed(("unidirectional", 1))) { Domain = Microsoft, Producer = "packed", Units = 4 },
        new("MultiHeadAttention", "", () => Separate(17, 8, m => "com.microsoft.MultiHeadAttention", ("num_heads", 4))) { Domain = Microsoft, Units = 4, Parameters = 72 + 20 },
        new("MultiHeadAttention", "values of another width", () => Separate(17, 12, m => "com.microsoft.MultiHeadAttention", ("num_heads", 4))) { Domain = Microsoft, Units = 4, Parameters = 48 + 36 + 30 },
        new("MultiHeadAttention", "with bias", () => Separate(17, 8, m => "com.microsoft.MultiHeadAttention", ["bias"], ("num_heads", 4))) { Domain = Microsoft, Units = 4, Parameters = 72 + 12 + 20 },
        new("Attention", "as many keys as queries (opset 23)", () => Separate(23, 8, m => "Attention", ("q_num_heads", 4), ("kv_num_heads", 4))) { Units = 4, Parameters = 72 + 20 },
        new("Attention", "fewer keys than queries (opset 23)", () => Separate(23, 4, m => "Attention", ("q_num_heads", 4), ("kv_num_heads", 2), ("is_causal", 1))) { Units = 2, Parameters = 24 + 12 + 12 + 20 },
    ];

    private static Onnx.Proto.ModelProto Packed(params (string, object)[] attributes) => Through.Tokens((m, x) =>
        m.Op("com.microsoft.Attention", [x, m.Weight("packed", 8, 24), m.Weight("packed_bias", 24)], [("num_heads", 4), .. attributes]));

    private static Onnx.Proto.ModelProto Separate(long opset, int values, Func<CaseModel, string> op, params (string, object)[] attributes) => Separate(opset, values, op, [], attributes);

    private static Onnx.Proto.ModelProto Separate(long opset, int values, Func<CaseModel, string> op, string[] bias, params (string, object)[] attributes)
    {
        int keys = op(new()) == "Attention" ? values : 8;
        return Through.Tokens((m, x) => m.Op(op(m), [x, m.MatMul("x", "keys", 6, keys), m.MatMul("x", "values", 6, values), .. bias.Select(b => m.Weight(b, 16 + values))], attributes), opset, Math.Max(values, 8));
    }
}
