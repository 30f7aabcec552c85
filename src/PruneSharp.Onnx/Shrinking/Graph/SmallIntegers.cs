using System.Buffers.Binary;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Reads constants that are shapes, axes or positions.</summary>
internal static class SmallIntegers
{
    /// <summary>Values of an INT64, INT32 or BOOL tensor of at most <see cref="MostValues"/> elements; null for everything else.</summary>
    public static long[]? Of(OnnxModel model, StoredTensor tensor)
    {
        int size = (TensorProto.Types.DataType)tensor.Proto.DataType switch
        {
            TensorProto.Types.DataType.Int64 => sizeof(long),
            TensorProto.Types.DataType.Int32 => sizeof(int),
            TensorProto.Types.DataType.Bool => sizeof(bool),
            _ => 0,
        };
        if (size == 0 || TensorData.Length(model, tensor) is var length && length > MostValues)
            return null;
        byte[] bytes = TensorBytes.Read(model, tensor);
        var values = new long[length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = size switch
            {
                sizeof(long) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * size)),
                sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * size)),
                _ => bytes[i],
            };
        }

        return values;
    }

    /// <summary>Longer constants are data. Gather indices of a channel permutation may be as long as a layer is wide.</summary>
    public const int MostValues = 1 << 16;
}
