using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Which graph each weight stands in, and which bytes of the file are its own.</summary>
internal sealed class GraphPlaces
{
    private readonly Dictionary<WireMessage, (GraphProto Graph, int Number)> _graphs = new((IEqualityComparer<WireMessage>)ReferenceEqualityComparer.Instance);

    /// <summary>Looks at a model.</summary>
    public static GraphPlaces Of(OnnxModel model)
    {
        var places = new GraphPlaces();
        foreach (var (graph, place) in InOrder(model))
            places._graphs.Add(place, (graph, places._graphs.Count));
        return places;
    }

    /// <summary>The main graph and all sub-graphs in file order.</summary>
    public static IEnumerable<(GraphProto Graph, WireMessage Place)> InOrder(OnnxModel model) =>
        model.Places.Where(p => p.Key is GraphProto).OrderBy(p => p.Value.Start).Select(p => ((GraphProto)p.Key, p.Value));

    /// <summary>The key that a weight has when it is packed, see <see cref="PackedWeight.Key"/>.</summary>
    public string Key(ModelWeight weight) => $"{_graphs[Field(weight).Parent!].Number}/{weight.ValueName}";

    /// <summary>The graph and its place; null in the body of a function.</summary>
    public (GraphProto Graph, WireMessage Place)? Of(ModelWeight weight) =>
        Field(weight).Parent is { } parent && _graphs.TryGetValue(parent, out var graph) ? (graph.Graph, parent) : null;

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
