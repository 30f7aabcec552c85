using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Torch.Onnx;

/// <summary>A named setting of a node, such as the <c>axis</c> of a Softmax.</summary>
public sealed class OnnxAttribute
{
    private OnnxAttribute(AttributeProto proto) => Proto = proto;

    /// <summary>An integer.</summary>
    public OnnxAttribute(string name, long value)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value })
    {
    }

    /// <summary>A number, stored as float32.</summary>
    public OnnxAttribute(string name, double value)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value })
    {
    }

    /// <summary>A word.</summary>
    public OnnxAttribute(string name, string value)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) })
    {
    }

    /// <summary>A list of integers.</summary>
    public OnnxAttribute(string name, IEnumerable<long> values)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } })
    {
    }

    /// <summary>A list of words.</summary>
    public OnnxAttribute(string name, IEnumerable<string> values)
        : this(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } })
    {
    }

    /// <summary>The name that the operator's specification gives it.</summary>
    public string Name => Proto.Name;

    internal AttributeProto Proto { get; }
}
