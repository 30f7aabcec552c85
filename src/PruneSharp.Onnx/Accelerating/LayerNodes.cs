using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Nodes of a file in the terms of the sparse engine.</summary>
internal static class LayerNodes
{
    /// <summary>Converts a node. What its sub-graphs take from the graph around stands behind its own inputs.</summary>
    public static LayerNode Of(NodeProto node)
    {
        var attributes = new Dictionary<string, LayerAttribute>(StringComparer.Ordinal);
        foreach (var attribute in node.Attribute)
            if (Of(attribute) is { } value)
                attributes[attribute.Name] = value;
        return new(node.Name, node.OpType, node.Domain == "ai.onnx" ? "" : node.Domain, [.. node.Input, .. Captured.By(node)], [.. node.Output], attributes);
    }

    private static LayerAttribute? Of(AttributeProto attribute) => attribute.Type switch
    {
        AttributeProto.Types.AttributeType.Int => LayerAttribute.Of(attribute.I),
        AttributeProto.Types.AttributeType.Ints => new([.. attribute.Ints], [], null),
        AttributeProto.Types.AttributeType.Float => LayerAttribute.Of(attribute.F),
        AttributeProto.Types.AttributeType.Floats => new([], [.. attribute.Floats], null),
        AttributeProto.Types.AttributeType.String => LayerAttribute.Of(attribute.S.ToStringUtf8()),
        _ => null,
    };
}
