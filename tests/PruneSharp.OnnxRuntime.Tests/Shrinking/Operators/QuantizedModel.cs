using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Parts of quantised models: uint8 values with scale 0.02 and zero point 128, int8 weights.</summary>
internal static class QuantizedModel
{
    /// <summary>Scale and zero point of values.</summary>
    public static string[] Step(this CaseModel m, float scale = 0.02f) => [m.Scalar(scale), m.Byte(128)];

    public static string Byte(this CaseModel m, byte value) => m.Add($"byte_{m.Proto.Graph.Initializer.Count}", DataType.Uint8, [value]);

    public static string Quantize(this CaseModel m, string x) => m.Op("QuantizeLinear", [x, .. m.Step()]);

    public static string Dequantize(this CaseModel m, string x) => m.Op("DequantizeLinear", [x, .. m.Step()]);

    /// <summary>Scale and zero point of weights: one, or one for each output channel.</summary>
    public static string[] Scale(this CaseModel m, int outputs, bool each) =>
        [each ? m.Floats([.. Enumerable.Range(0, outputs).Select(i => 0.004f + (i * 0.0005f))], outputs) : m.Scalar(0.005f), m.Add($"zero_{m.Proto.Graph.Initializer.Count}", DataType.Int8, new byte[each ? outputs : 1], each ? [outputs] : [])];

    public static string QLinearConv(this CaseModel m, string x, string name, int outputs, int inputs, bool each, bool bias = true) =>
        m.Op("QLinearConv", [x, .. m.Step(), m.Int8(name, outputs, inputs, 1, 1), .. m.Scale(outputs, each), .. m.Step(), bias ? m.Int32($"{name}_bias", outputs) : ""]);

    public static string Int32(this CaseModel m, string name, int count) =>
        m.Add(name, DataType.Int32, [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((i * 37) - 100))], count);

    /// <summary>Pictures through two quantised convolutions and what is between them.</summary>
    public static ModelProto Image(Func<CaseModel, string, string> middle, int channels = 8, bool each = false, bool bias = true)
    {
        var m = new CaseModel();
        string x = m.QLinearConv(m.Quantize(m.Input(-1, 3, 6, 6)), "first", 8, 3, each, bias);
        return m.Output(m.Dequantize(m.QLinearConv(middle(m, x), "last", 5, channels, each, bias)));
    }
}
