using System.Globalization;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// What packing adds to one graph: nodes in the order they run, small constants (equal ones once), shapes that ONNX Runtime cannot infer,
/// and the packed data.
/// </summary>
internal sealed class UnpackScope
{
    private const int InitializerField = 5;

    private readonly IReadOnlySet<string> _taken;
    private readonly UnpackScope? _outer;
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);
    private readonly GraphProto _small = new();
    private int _names;

    /// <summary>Starts an empty scope.</summary>
    /// <param name="taken">Names that the model uses already.</param>
    /// <param name="first">Number of the first name to try.</param>
    public UnpackScope(IReadOnlySet<string> taken, int first)
        : this(taken, first, null)
    {
    }

    private UnpackScope(IReadOnlySet<string> taken, int names, UnpackScope? outer)
    {
        _taken = taken;
        _names = names;
        _outer = outer;
    }

    /// <summary>Number of the next name.</summary>
    public int NextName => _names;

    /// <summary>The packed data.</summary>
    public List<PayloadTensor> Payloads { get; } = [];

    /// <summary>Sparse initializers.</summary>
    public List<SparsePayload> Sparse { get; } = [];

    /// <summary>Nodes, in the order they run.</summary>
    public IEnumerable<NodeProto> Nodes => _small.Node;

    /// <summary>Small constants.</summary>
    public IEnumerable<TensorProto> Constants => _small.Initializer;

    /// <summary>Bytes that the additions take in the file.</summary>
    public long Bytes => _small.CalculateSize() + Payloads.Sum(p => p.FieldBytes) + Sparse.Sum(s => s.FieldBytes);

    /// <summary>A scope that knows this one's constants, to see what more would cost.</summary>
    public UnpackScope Fork() => new(_taken, _names, this);

    /// <summary>Adds a node and gives its output's name.</summary>
    public string Node(string op, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Input = { inputs }, Output = { NewName() }, Attribute = { attributes } };
        _small.Node.Add(node);
        return node.Output[0];
    }

    /// <summary>Adds a node with a given output, and a name that starts as given and that no other node has.</summary>
    public void Last(string op, string mark, string output, string[] inputs, params AttributeProto[] attributes) =>
        _small.Node.Add(new NodeProto { OpType = op, Name = Numbered(mark), Input = { inputs }, Output = { output }, Attribute = { attributes } });

    /// <summary>Adds a node that an equal node before may stand for.</summary>
    public string SharedNode(string op, string[] inputs, params AttributeProto[] attributes)
    {
        string key = $"{op}({string.Join(",", inputs)}){string.Join(",", attributes.Select(a => a.ToByteString().ToBase64()))}";
        return Known(key) ?? (_shared[key] = Node(op, inputs, attributes));
    }

    /// <summary>A small constant.</summary>
    public string Constant(TensorProto value)
    {
        string key = value.ToByteString().ToBase64();
        if (Known(key) is { } name)
            return name;
        var named = value.Clone();
        named.Name = NewName();
        _small.Initializer.Add(named);
        return _shared[key] = named.Name;
    }

    /// <summary>Packed data.</summary>
    public string Payload(TensorProto.Types.DataType type, long count, long bytes, Func<IEnumerable<byte[]>> values)
    {
        string name = NewName();
        Payloads.Add(new(new() { Name = name, DataType = (int)type, Dims = { count } }, bytes, values));
        return name;
    }

    /// <summary>
    /// States the shape of something that shape inference cannot know. ONNX Runtime folds a node only when it knows from the shapes that
    /// the result is small enough.
    /// </summary>
    public void Shape(string name, TensorProto.Types.DataType type, params long[] dims)
    {
        var shape = new TensorShapeProto { Dim = { dims.Select(dim => new TensorShapeProto.Types.Dimension { DimValue = dim }) } };
        _small.ValueInfo.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = shape } } });
    }

    /// <summary>Insertions at the start of a graph.</summary>
    public IEnumerable<WireEdit> Edits(WireMessage graph)
    {
        byte[] small = _small.ToByteArray();
        yield return new(graph, graph.Start, 0, small.Length, stream => stream.Write(small));
        foreach (var payload in Payloads)
            yield return new(graph, graph.Start, 0, payload.FieldBytes, stream => payload.Write(stream, InitializerField));
        foreach (var sparse in Sparse)
            yield return new(graph, graph.Start, 0, sparse.FieldBytes, sparse.Write);
    }

    private string? Known(string key) => _shared.TryGetValue(key, out string? name) ? name : _outer?.Known(key);

    private string NewName() => Numbered("~");

    private string Numbered(string prefix)
    {
        while (true)
            if (prefix + _names++.ToString("x", CultureInfo.InvariantCulture) is var name && !_taken.Contains(name))
                return name;
    }
}
