using System.Runtime.InteropServices;
using DataType = PruneSharp.Onnx.Proto.TensorProto.Types.DataType;

namespace PruneSharp.Onnx;

/// <summary>Constants of masks, in the type of the value that they mask.</summary>
internal static class MaskNumbers
{
    /// <summary>A constant; numbers that the type does not reach become its largest or least.</summary>
    public static PayloadTensor Of(string name, DataType type, float[] values, IEnumerable<long> dims)
    {
        byte[] bytes = type switch
        {
            DataType.Double => MemoryMarshal.AsBytes<double>(values.Select(v => (double)v).ToArray()).ToArray(),
            DataType.Float16 => MemoryMarshal.AsBytes<Half>(values.Select(v => (Half)Math.Clamp(v, (float)Half.MinValue, (float)Half.MaxValue)).ToArray()).ToArray(),
            DataType.Int64 => MemoryMarshal.AsBytes<long>(values.Select(v => (long)v).ToArray()).ToArray(),
            DataType.Int32 => MemoryMarshal.AsBytes<int>(values.Select(v => (int)v).ToArray()).ToArray(),
            _ => MemoryMarshal.AsBytes<float>(values).ToArray(),
        };
        return new(new() { Name = name, DataType = (int)type, Dims = { dims } }, bytes.Length, () => [bytes]);
    }

    /// <summary>The type of the numbers of a value: that of the constant, input or conversion that it comes from, else float32.</summary>
    public static DataType TypeOf(ShrinkGraph graph, GraphTensor? tensor)
    {
        // Conditions and lookups come first where the numbers come second.
        while (tensor is { Stored: null, Producer: { } node } && node.Op != "Cast")
        {
            if (node.Op == "ConstantOfShape")
                return Supported(node.Proto.Attribute.FirstOrDefault(a => a.Name == "value")?.T?.DataType ?? 0);
            tensor = node.Op is "Where" or "DequantizeLinear" ? node.Input(1) : node.Op is "OneHot" or "CastLike" ? node.Inputs[^1] : node.Inputs.FirstOrDefault();
        }

        int type = tensor?.Stored?.Proto.DataType ?? (int?)tensor?.Producer?.Int("to", 0)
            ?? graph.Model.Proto.Graph.Input.FirstOrDefault(i => i.Name == tensor?.Name)?.Type?.TensorType?.ElemType ?? 0;
        return Supported(type);
    }

    private static DataType Supported(int type) => (DataType)type is DataType.Double or DataType.Float16 or DataType.Int64 or DataType.Int32 ? (DataType)type : DataType.Float;
}
