using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Reads constants as numbers, piece by piece; eight-bit ones as integers, centred on 0.</summary>
internal sealed class ConstantValues
{
    private readonly WeightData? _floats;
    private readonly byte[] _bytes;
    private readonly bool _signed;

    private ConstantValues(WeightData? floats, byte[] bytes, bool signed)
    {
        _floats = floats;
        _bytes = bytes;
        _signed = signed;
    }

    /// <summary>Whether a constant can be read so.</summary>
    public static bool CanRead(StoredTensor tensor) => tensor.ElementType is not null
        || (TensorProto.Types.DataType)tensor.Proto.DataType is TensorProto.Types.DataType.Int8 or TensorProto.Types.DataType.Uint8;

    /// <summary>Opens a constant.</summary>
    /// <exception cref="InvalidModelException">Its values do not fit its shape.</exception>
    public static ConstantValues Open(OnnxModel model, GraphTensor tensor) => tensor.Stored!.ElementType is not null
        ? new(TensorData.Of(model, tensor.Stored), [], false)
        : new(null, TensorBytes.Read(model, tensor.Stored), (TensorProto.Types.DataType)tensor.Stored.Proto.DataType == TensorProto.Types.DataType.Int8);

    /// <summary>Reads consecutive values.</summary>
    public void Read(long first, Span<double> values)
    {
        if (_floats is null)
        {
            var bytes = _bytes.AsSpan((int)first, values.Length);
            for (int i = 0; i < values.Length; i++)
                values[i] = _signed ? (sbyte)bytes[i] : bytes[i] - 128;
            return;
        }

        _floats.ReadValues(first, values);
    }

    /// <summary>All values.</summary>
    public static double[] All(OnnxModel model, GraphTensor tensor)
    {
        var values = new double[tensor.Dims!.Aggregate(1L, (product, dim) => product * dim)];
        Open(model, tensor).Read(0, values);
        return values;
    }
}
