using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>A weight that a packed model stores sparse.</summary>
public sealed class PackedWeight
{
    internal PackedWeight(string key, string name, IReadOnlyList<long> shape, WeightData data, string positions, string values, WireMessage graph, IReadOnlyList<NodeProto> nodes, SparseTensorProto? sparse)
    {
        Key = key;
        Name = name;
        Shape = shape;
        Data = data;
        Positions = positions;
        Values = values;
        Graph = graph;
        Nodes = nodes;
        Sparse = sparse;
    }

    /// <summary>The number of its graph in file order and its name, which is unique in there.</summary>
    public string Key { get; }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>Dimensions of the dense weight.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The dense weight, unpacked when it is read.</summary>
    public WeightData Data { get; }

    /// <summary>How positions are stored: a name of <see cref="PositionEncoding"/>.</summary>
    public string Positions { get; }

    /// <summary>How values are stored: a name of <see cref="ValueEncoding"/>.</summary>
    public string Values { get; }

    internal WireMessage Graph { get; }

    /// <summary>The nodes that rebuild it.</summary>
    internal IReadOnlyList<NodeProto> Nodes { get; }

    /// <summary>The sparse initializer, where it is one.</summary>
    internal SparseTensorProto? Sparse { get; }
}
