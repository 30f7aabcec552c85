using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace PruneSharp.OnnxRuntime;

/// <summary>Output tensors as float64, whatever they hold.</summary>
internal static class TensorNumbers
{
    /// <summary>The values, or null for text and unknown types.</summary>
    public static double[]? Of(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        if (info.ElementDataType == TensorElementType.String)
            return null;
        return info.ElementCount == 0 ? [] : Of(value.GetTensorMutableRawData(), info.ElementDataType);
    }

    private static double[]? Of(Span<byte> bytes, TensorElementType type) => type switch
    {
        TensorElementType.Float => Each<float>(bytes, x => x),
        TensorElementType.Double => Each<double>(bytes, x => x),
        TensorElementType.Float16 => Each<Half>(bytes, x => (double)x),
        TensorElementType.BFloat16 => Each<ushort>(bytes, x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
        TensorElementType.Int64 => Each<long>(bytes, x => x),
        TensorElementType.UInt64 => Each<ulong>(bytes, x => x),
        TensorElementType.Int32 => Each<int>(bytes, x => x),
        TensorElementType.UInt32 => Each<uint>(bytes, x => x),
        TensorElementType.Int16 => Each<short>(bytes, x => x),
        TensorElementType.UInt16 => Each<ushort>(bytes, x => x),
        TensorElementType.Int8 => Each<sbyte>(bytes, x => x),
        TensorElementType.UInt8 or TensorElementType.Bool => Each<byte>(bytes, x => x),
        _ => null,
    };

    private static double[] Each<T>(Span<byte> bytes, Func<T, double> convert)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var numbers = new double[values.Length];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = convert(values[i]);
        return numbers;
    }
}
