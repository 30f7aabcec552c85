using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Makes a <see cref="ShrinkGraph"/> of a model.</summary>
internal sealed class GraphBuilder
{
    // Indices of a channel permutation may be as long as a layer is wide.
    private const int MostIntegers = 1 << 16;

    private readonly OnnxModel _model;
    private readonly ModelShapes _shapes;
    private readonly List<GraphTensor> _tensors = [];
    private readonly Dictionary<string, GraphTensor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredTensor> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<long>?> _integers = new(StringComparer.Ordinal);
    private readonly List<(GraphTensor Tensor, GraphNode? Node, string Reason)> _fixed = [];

    private GraphBuilder(OnnxModel model, ModelShapes shapes)
    {
        _model = model;
        _shapes = shapes;
    }

    /// <summary>Builds the graph.</summary>
    /// <exception cref="InvalidModelException">A value has no producer or two, or nodes need each other.</exception>
    public static ShrinkGraph Build(OnnxModel model, ModelShapes shapes) => new GraphBuilder(model, shapes).Build();

    private ShrinkGraph Build()
    {
        var graph = _model.Proto.Graph;
        foreach (var initializer in graph.Initializer)
            Constant(initializer.Name, initializer);
        foreach (var sparse in graph.SparseInitializer.Where(s => s.Values is not null))
            _fixed.Add((Declare(sparse.Values.Name), null, "a sparse initializer"));
        foreach (var input in graph.Input.Where(i => !_constants.ContainsKey(i.Name)))
            _fixed.Add((Declare(input.Name), null, $"graph input {input.Name}"));
        NodeProto[] computing = [.. graph.Node.Where(node => !IsConstant(node))];
        var nodes = SortedNodes.Of(_model, computing, [.. _constants.Keys, .. _byName.Keys]).Select(Node).ToList();
        foreach (var output in graph.Output)
            _fixed.Add((Use(output.Name), null, $"graph output {output.Name}"));
        return new()
        {
            Model = _model,
            Shapes = _shapes,
            Tensors = _tensors,
            ByName = _byName,
            Nodes = nodes,
            Fixed = _fixed,
            Opset = _model.Proto.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1,
        };
    }

    private bool IsConstant(NodeProto node)
    {
        if (node.OpType != "Constant" || node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is not { } value || node.Output.Count == 0)
            return false;
        Constant(node.Output[0], value);
        return true;
    }

    private void Constant(string name, TensorProto proto)
    {
        if (!_constants.TryAdd(name, _model.Tensors[proto]))
            throw new InvalidModelException(_model.Name, $"the constant {name} is there twice.");
        _integers[name] = SmallConstants.Integers(_model, proto, MostIntegers);
    }

    private GraphNode Node(NodeProto proto)
    {
        GraphTensor?[] inputs = [.. proto.Input.Select((name, i) => name.Length == 0 ? null : Use(name, Rows(proto, i)))];
        GraphTensor?[] outputs = [.. proto.Output.Select(name => name.Length == 0 ? null : Declare(name))];
        var node = new GraphNode(proto, inputs, outputs);
        for (int i = 0; i < inputs.Length; i++)
            inputs[i]?.Uses.Add((node, i));
        foreach (var output in outputs)
            output?.Producer = node;
        foreach (string captured in Captured.By(proto).Where(name => _constants.ContainsKey(name) || _byName.ContainsKey(name)))
            _fixed.Add((Use(captured), node, "used inside its sub-graph"));
        return node;
    }

    // Exporters store equal small constants once; that they are equal says nothing about what belongs together.
    private GraphTensor Use(string name, long rows = 0)
    {
        if (_byName.TryGetValue(name, out var known))
            return known;
        if (!_constants.TryGetValue(name, out var stored))
            throw new InvalidModelException(_model.Name, $"nothing computes {name}.");
        long[] dims = rows > 0 && stored.Proto.Dims is [var length] && length % rows == 0 ? [rows, length / rows] : [.. stored.Proto.Dims];
        var tensor = new GraphTensor(name, _tensors.Count)
        {
            Stored = stored,
            Dims = Small(dims),
            Dynamic = new bool[dims.Length],
            Integers = _integers[name],
        };
        _tensors.Add(tensor);
        bool vector = stored.Proto.Dims.Count(dim => dim != 1) <= 1;
        if (!vector && _integers[name] is null)
            _byName.Add(name, tensor);
        return tensor;
    }

    // Scales and zero points of MatMulNBits may be stored flat, one row behind the other.
    private static long Rows(NodeProto node, int input) => node.OpType == "MatMulNBits" && input is 2 or 3 ? WeightOperators.Int(node, "N", 0) : 0;

    private GraphTensor Declare(string name)
    {
        ObservedTensor?[] seen = [.. _shapes.Samples.Select(sample => sample.GetValueOrDefault(name))];
        bool known = seen.Length > 0 && seen.All(s => s is not null && s.Dims.Count == seen[0]!.Dims.Count);
        var dims = known ? Small(seen[0]!.Dims) : null;
        var integers = known ? seen[0]!.Integers : null;
        var tensor = new GraphTensor(name, _tensors.Count)
        {
            Dims = dims,
            Dynamic = dims is null ? [] : [.. dims.Select((dim, axis) => dim == 0 || seen.Any(s => s!.Dims[axis] != dim))],
            Integers = integers is not null && seen.All(s => s!.Integers is { } other && other.SequenceEqual(integers)) ? integers : null,
        };
        if (_constants.ContainsKey(name) || !_byName.TryAdd(name, tensor))
            throw new InvalidModelException(_model.Name, $"{name} is computed twice.");
        _tensors.Add(tensor);
        return tensor;
    }

    private static int[]? Small(IReadOnlyCollection<long> dims) => dims.All(dim => dim is >= 0 and <= int.MaxValue) ? [.. dims.Select(dim => (int)dim)] : null;
}
