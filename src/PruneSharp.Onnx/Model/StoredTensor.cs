using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>One tensor of the file: its description, and where its values stand. The values themselves are not in memory.</summary>
internal sealed class StoredTensor(WireMessage message, TensorProto proto, IReadOnlyList<WireField> payload, IReadOnlyList<WireField> externalEntries)
{
    /// <summary>Where the tensor stands.</summary>
    public WireMessage Message { get; } = message;

    /// <summary>Everything but the values.</summary>
    public TensorProto Proto { get; } = proto;

    /// <summary>The fields that hold values: raw_data and the typed ones.</summary>
    public IReadOnlyList<WireField> Payload { get; } = payload;

    /// <summary>The external_data fields.</summary>
    public IReadOnlyList<WireField> ExternalEntries { get; } = externalEntries;

    /// <summary>Whether the values stand in another file.</summary>
    public bool IsExternal => Proto.DataLocation == TensorProto.Types.DataLocation.External;

    /// <summary>How the values are stored, or null for types that are not weights.</summary>
    public ElementType? ElementType => (TensorProto.Types.DataType)Proto.DataType switch
    {
        TensorProto.Types.DataType.Float => PruneSharp.ElementType.Float32,
        TensorProto.Types.DataType.Double => PruneSharp.ElementType.Float64,
        TensorProto.Types.DataType.Float16 => PruneSharp.ElementType.Float16,
        TensorProto.Types.DataType.Bfloat16 => PruneSharp.ElementType.BFloat16,
        _ => null,
    };

    /// <summary>The type's name in the ONNX specification.</summary>
    public string TypeName => Enum.IsDefined((TensorProto.Types.DataType)Proto.DataType)
        ? ((TensorProto.Types.DataType)Proto.DataType).ToString().ToUpperInvariant()
        : $"type {Proto.DataType}";
}
