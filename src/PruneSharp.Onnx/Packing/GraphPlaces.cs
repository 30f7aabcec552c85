using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Which graph each weight stands in, and which bytes of the file are its own.</summary>
internal sealed class GraphPlaces
{
    private readonly Dictionary<WireMessage, GraphProto> _graphs;

    private GraphPlaces(Dictionary<WireMessage, GraphProto> graphs) => _graphs = graphs;

    /// <summary>Looks at a model.</summary>
    public static GraphPlaces Of(OnnxModel model) =>
        new(model.Places.Where(p => p.Key is GraphProto).ToDictionary(p => p.Value, p => (GraphProto)p.Key, (IEqualityComparer<WireMessage>)ReferenceEqualityComparer.Instance));

    /// <summary>The graph and its place; null in the body of a function.</summary>
    public (GraphProto Graph, WireMessage Place)? Of(ModelWeight weight) =>
        Field(weight).Parent is { } parent && _graphs.TryGetValue(parent, out var graph) ? (graph, parent) : null;

    /// <summary>The initializer, or the whole Constant node around the tensor.</summary>
    public WireMessage Field(ModelWeight weight)
    {
        var tensor = weight.Stored.Message;
        return tensor.Parent is { } parent && _graphs.ContainsKey(parent) ? tensor : tensor.Parent?.Parent ?? tensor;
    }

    /// <summary>Bytes that the weight takes now: its field, and its values where they are external.</summary>
    public long DenseBytes(ModelWeight weight)
    {
        var field = Field(weight);
        return field.End - field.TagStart + (weight.Stored.IsExternal ? weight.Weights.Data.Length * weight.Weights.Data.Type.Bytes() : 0);
    }
}
