using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Quantised operators: what is left must be the same bit for bit, where no sum of floating-point numbers follows.</summary>
internal static class QuantizedCases
{
    private const string Microsoft = "com.microsoft";

    public static IEnumerable<ShrinkCase> All =>
    [
        .. Exact.Select(c => c with { Tolerance = 0 }),
        new("DequantizeLinear", "of weights of a product, a scale for each column", Columns) { Parameters = 24 + 8 + 20 + 10 },
    ];

    private static ShrinkCase[] Exact =>
    [
        .. new[] { "", Microsoft }.SelectMany(domain => new[] { "QuantizeLinear", "DequantizeLinear" }.SelectMany(op => new ShrinkCase[]
        {
            new(op, "of values", () => Through.Image((m, x) => Pair(m, x, domain))) { Domain = domain, Parameters = 137 },
            new(op, "a scale for each channel", () => Through.Image((m, x) => Each(m, x, domain))) { Domain = domain, Parameters = 137 + 16 },
        })),
        new("DequantizeLinear", "of weights, one scale", () => Weights(false)) { Parameters = 12 + 4 + 20 + 5 },
        new("DequantizeLinear", "of weights, a scale for each output", () => Weights(true)) { Parameters = 12 + 4 + 8 + 20 + 5 + 10 },
        new("DequantizeLinear", "of weights in blocks", Blocks) { Outcome = ShrinkOutcome.Stays, Reason = "its scales are for blocks" },
        new("QLinearConv", "one scale", () => QuantizedModel.Image((m, x) => x)) { Parameters = 12 + 4 + 20 + 5 },
        new("QLinearConv", "a scale for each output", () => QuantizedModel.Image((m, x) => x, each: true)) { Parameters = 12 + 4 + 8 + 20 + 5 + 10 },
        new("QLinearConv", "without bias", () => QuantizedModel.Image((m, x) => x, bias: false)) { Parameters = 12 + 20 },
        new("QLinearMatMul", "one scale", () => Product(false)) { Parameters = 24 + 20 },
        new("QLinearMatMul", "a scale for each column", () => Product(true)) { Parameters = 24 + 8 + 20 + 10 },
        new("QLinearMatMul", "a scale for each row", Rows) { Runs = false, Outcome = ShrinkOutcome.Stays, Reason = "its scales or zero points are not one for each column" },
        new("ConvInteger", "", IntegerConv) { Parameters = 12 + 20 },
        new("MatMulInteger", "one zero point", () => IntegerProduct(false)) { Parameters = 24 + 20 },
        new("MatMulInteger", "a zero point for each column", () => IntegerProduct(true)) { Parameters = 24 + 4 + 20 + 5 },
        new("DynamicQuantizeLinear", "before MatMulInteger", DynamicInteger) { Parameters = 24 + 20 },
        new("DynamicQuantizeMatMul", "one scale", () => Through.Tokens((m, x) => Dynamic(m, x, false))) { Domain = Microsoft, Parameters = 24 + 16 + 20 },
        new("DynamicQuantizeMatMul", "a scale for each column, and bias", () => Through.Tokens((m, x) => Dynamic(m, x, true))) { Domain = Microsoft, Parameters = 24 + 16 + 20 + 12 },
        .. new[] { "QLinearAdd", "QLinearMul" }.SelectMany(op => new ShrinkCase[]
        {
            new(op, "two producers", () => QuantizedModel.Image((m, x) => Ms(m, op, [x, .. m.Step(), m.QLinearConv(m.Quantize("x"), "second", 8, 3, false), .. m.Step(), .. m.Step()]))) { Domain = Microsoft, Parameters = 41 + 16 },
            new(op, "a number for each channel", () => QuantizedModel.Image((m, x) => Ms(m, op, [x, .. m.Step(), m.Add("p", DataType.Uint8, [1, 40, 80, 120, 160, 200, 240, 255], 8, 1, 1), .. m.Step(), .. m.Step()]))) { Domain = Microsoft, Parameters = 41 + 4 },
        }),
        .. new[] { "QLinearSigmoid", "QLinearLeakyRelu" }.Select(op => Of(op, "", (m, x) => Ms(m, op, [x, .. m.Step(), .. m.Step(0.01f)]))),
        Of("QLinearGlobalAveragePool", "", (m, x) => Ms(m, "QLinearGlobalAveragePool", [x, .. m.Step(), .. m.Step()], ("channels_last", 0))),
        Of("QLinearAveragePool", "", (m, x) => Ms(m, "QLinearAveragePool", [x, .. m.Step(), .. m.Step()], ("kernel_shape", new long[] { 2, 2 }))),
        new("QLinearConcat", "", () => QuantizedModel.Image((m, x) => Ms(m, "QLinearConcat", [.. m.Step(), x, .. m.Step(), m.QLinearConv(m.Quantize("x"), "second", 4, 3, false), .. m.Step()], ("axis", 1)), 12)) { Domain = Microsoft, Parameters = 16 + 8 + 30 + 5 },
        new("MatMulNBits", "its outputs, scales by row", () => Bits(2)) { Domain = Microsoft, Producer = "bits", Units = 16 },
        new("MatMulNBits", "its inputs in whole blocks, scales by row", () => Bits(2)) { Domain = Microsoft, Units = 4 },
        new("MatMulNBits", "its outputs, flat scales", () => Bits(1)) { Domain = Microsoft, Producer = "bits", Units = 16 },
        new("MatMulNBits", "its inputs, flat scales", () => Bits(1)) { Domain = Microsoft, Units = 4 },
        new("MatMulNBits", "its outputs, zero points packed two to a byte", () => Bits(1, packed: true)) { Domain = Microsoft, Producer = "bits", Units = 16 },
        new("MatMulNBits", "its inputs, zero points packed two to a byte", () => Bits(1, packed: true)) { Domain = Microsoft, Outcome = ShrinkOutcome.Stays, Reason = "its zero points are packed, several blocks to a byte" },
    ];

    private static ShrinkCase Of(string op, string form, Func<CaseModel, string, string> middle) => new(op, form, () => QuantizedModel.Image(middle)) { Domain = Microsoft, Parameters = 41 };

    private static string Ms(CaseModel m, string op, string[] inputs, params (string, object)[] attributes) => m.Op($"{Microsoft}.{op}", inputs, attributes);

    private static string Named(string domain, string op) => domain.Length == 0 ? op : $"{domain}.{op}";

    private static string Pair(CaseModel m, string x, string domain) =>
        m.Op(Named(domain, "DequantizeLinear"), [m.Op(Named(domain, "QuantizeLinear"), [x, .. m.Step()]), .. m.Step()]);

    private static string Each(CaseModel m, string x, string domain)
    {
        string[] Scale() => m.Scale(8, true);
        return m.Op(Named(domain, "DequantizeLinear"), [m.Op(Named(domain, "QuantizeLinear"), [x, .. Scale()], ("axis", 1)), .. Scale()], ("axis", 1));
    }

    // As quantised with QDQ: values and weights between QuantizeLinear and DequantizeLinear, bias in int32.
    private static ModelProto Weights(bool each)
    {
        var m = new CaseModel();
        string Layer(string x, string name, int outputs, int inputs) => m.Op("Conv",
            [m.Dequantize(x), m.Op("DequantizeLinear", [m.Int8(name, outputs, inputs, 1, 1), .. m.Scale(outputs, each)], ("axis", 0)), m.Op("DequantizeLinear", [m.Int32($"{name}_bias", outputs), m.Scalar(0.0001f)])]);
        return m.Output(m.Dequantize(m.Quantize(Layer(m.Quantize(Layer(m.Quantize(m.Input(-1, 3, 6, 6)), "first", 8, 3)), "last", 5, 8))));
    }

    private static ModelProto Columns()
    {
        var m = new CaseModel();
        string Layer(string x, string name, int inputs, int outputs) => m.Op("MatMul", [x, m.Op("DequantizeLinear", [m.Int8(name, inputs, outputs), .. m.Scale(outputs, true)], ("axis", 1))]);
        return m.Output(Layer(Layer(m.Input(-1, 6), "first", 6, 8), "last", 8, 5));
    }

    private static ModelProto Blocks()
    {
        var m = new CaseModel(21);
        string weight = m.Op("DequantizeLinear", [m.Int8("last", 8, 5), m.Positive("scales", 2, 5)], ("axis", 0), ("block_size", 4));
        return m.Output(m.Op("MatMul", [m.MatMul(m.Input(-1, 6), "first", 6, 8), weight]));
    }

    private static ModelProto Product(bool each)
    {
        var m = new CaseModel();
        string Layer(string x, string name, int inputs, int outputs) => m.Op("QLinearMatMul", [x, .. m.Step(), m.Int8(name, inputs, outputs), .. m.Scale(outputs, each), .. m.Step()]);
        return m.Output(m.Dequantize(Layer(Layer(m.Quantize(m.Input(-1, 6)), "first", 6, 8), "last", 8, 5)));
    }

    private static ModelProto Rows()
    {
        var m = new CaseModel();
        string x = m.Quantize(m.MatMul(m.Input(2, 6), "first", 6, 8));
        return m.Output(m.Dequantize(m.Op("QLinearMatMul", [x, m.Floats([0.02f, 0.03f], 2), m.Add("rows", DataType.Uint8, [128, 128], 2), m.Int8("last", 8, 5), .. m.Scale(5, true), .. m.Step()])));
    }

    private static ModelProto IntegerConv()
    {
        var m = new CaseModel();
        string Layer(string x, string name, int outputs, int inputs) => m.Cast(m.Op("ConvInteger", [m.Quantize(x), m.Add(name, DataType.Uint8, Unsigned(outputs * inputs), outputs, inputs, 1, 1), m.Byte(128), m.Byte(130)]), DataType.Float);
        return m.Output(Layer(m.Op("Mul", [Layer(m.Input(-1, 3, 6, 6), "first", 8, 3), m.Scalar(0.0002f)]), "last", 5, 8));
    }

    private static ModelProto IntegerProduct(bool each)
    {
        var m = new CaseModel();
        string Zero(int outputs) => each ? m.Add($"points_{outputs}", DataType.Uint8, [.. Enumerable.Range(120, outputs).Select(i => (byte)i)], outputs) : m.Byte(127);
        string Layer(string x, string name, int inputs, int outputs) => m.Cast(m.Op("MatMulInteger", [m.Quantize(x), m.Add(name, DataType.Uint8, Unsigned(inputs * outputs), inputs, outputs), m.Byte(128), Zero(outputs)]), DataType.Float);
        return m.Output(Layer(m.Op("Mul", [Layer(m.Input(-1, 6), "first", 6, 8), m.Scalar(0.0002f)]), "last", 8, 5));
    }

    // As quantize_dynamic writes it: values are quantised by their range in every run.
    private static ModelProto DynamicInteger()
    {
        var m = new CaseModel();
        string x = m.MatMul(m.Input(-1, 4, 6), "first", 6, 8);
        string[] quantized = m.Ops("DynamicQuantizeLinear", [x], 3);
        string product = m.Cast(m.Op("MatMulInteger", [quantized[0], m.Int8("last", 8, 5), quantized[2]]), DataType.Float);
        return m.Output(m.Op("Mul", [product, m.Op("Mul", [quantized[1], m.Scalar(0.005f)])]));
    }

    private static string Dynamic(CaseModel m, string x, bool each) => Ms(m, "DynamicQuantizeMatMul", [x, m.Int8("mid", 8, 8), .. m.Scale(8, each), .. each ? new[] { m.Weight("mid_bias", 8) } : []]);

    // K = 64 in four blocks of 16, N = 16, four bits.
    private static ModelProto Bits(int scaleRank, bool packed = false)
    {
        var m = new CaseModel();
        string scales = m.Positive("scales", scaleRank == 2 ? [16, 4] : [64]);
        string y = Ms(m, "MatMulNBits", [m.MatMul(m.Input(-1, 4, 6), "first", 6, 64), m.Add("bits", DataType.Uint8, Unsigned(16 * 4 * 8), 16, 4, 8), scales, .. packed ? new[] { m.Add("points", DataType.Uint8, Unsigned(32), 32) } : []], ("K", 64), ("N", 16), ("bits", 4), ("block_size", 16));
        return m.Output(m.MatMul(y, "last", 16, 5));
    }

    private static byte[] Unsigned(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * 89) + (i * i * 7)))];
}
