using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The main graph of a model with the shapes of its values, nodes in an order in which each comes after those that it needs.</summary>
internal sealed class ShrinkGraph
{
    /// <summary>The model.</summary>
    public required OnnxModel Model { get; init; }

    /// <summary>Shapes by sample.</summary>
    public required ModelShapes Shapes { get; init; }

    /// <summary>All values.</summary>
    public required IReadOnlyList<GraphTensor> Tensors { get; init; }

    /// <summary>Inputs, and what nodes compute, by name; constants that are used by several nodes are not in it.</summary>
    public required IReadOnlyDictionary<string, GraphTensor> ByName { get; init; }

    /// <summary>Nodes in order of computation; Constant nodes are values, not nodes.</summary>
    public required IReadOnlyList<GraphNode> Nodes { get; init; }

    /// <summary>Values whose shape must stay, with the reason and the node that needs it, if one does.</summary>
    public required IReadOnlyList<(GraphTensor Tensor, GraphNode? Node, string Reason)> Fixed { get; init; }

    /// <summary>Version of the standard operators.</summary>
    public required long Opset { get; init; }

    /// <summary>Whether a node's operator is one of the standard's or of ONNX Runtime's own.</summary>
    public static string? Domain(NodeProto node) => node.Domain switch
    {
        "" or "ai.onnx" => "",
        "com.microsoft" => "com.microsoft",
        FillRule.Domain => FillRule.Domain,
        _ => null,
    };
}
