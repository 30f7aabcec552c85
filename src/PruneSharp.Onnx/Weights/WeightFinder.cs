using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Walks all graphs once in file order and notes every use of every constant.</summary>
internal sealed class WeightFinder(OnnxModel model)
{
    private const int MostVisits = 2_000_000;

    private const int MostCalls = 64;

    private readonly Dictionary<StoredTensor, (string Path, string Value)> _names = new(ReferenceEqualityComparer.Instance);
    private readonly List<StoredTensor> _order = [];
    private readonly Dictionary<StoredTensor, List<ConstantUse>> _uses = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<FunctionProto> _open = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions =
        model.Proto.Functions.GroupBy(f => (f.Domain, f.Name, f.Overload)).ToDictionary(g => g.Key, g => g.First());

    private int _visited;

    /// <summary>Names of Constant nodes that hold sparse tensors.</summary>
    public List<string> SparseConstants { get; } = [];

    /// <summary>Constants in file order, with the names that reports use.</summary>
    public IEnumerable<(StoredTensor Tensor, string Name, string ValueName, IReadOnlyList<ConstantUse> Uses)> Find()
    {
        Walk(model.Proto.Graph, new(null, ""));
        return _order.Select(t => (t, _names[t].Path, _names[t].Value, (IReadOnlyList<ConstantUse>)_uses[t]));
    }

    private void Walk(GraphProto graph, GraphScope scope)
    {
        foreach (var input in graph.Input)
            scope.Hide(input.Name);
        foreach (var initializer in graph.Initializer)
            Declare(initializer, initializer.Name, scope);
        Walk(graph.Node, scope);
        foreach (var output in graph.Output)
            if (scope.Find(output.Name) is { } constant)
                _uses[constant.Tensor].Add(new(UseKind.Other, "output", output.Name, "output of the graph"));
    }

    private void Walk(IEnumerable<NodeProto> nodes, GraphScope scope)
    {
        foreach (var node in nodes)
        {
            Count();
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value && node.Output.Count > 0)
                Declare(value, node.Output[0], scope);
            else if (node.OpType == "Constant" && node.Attribute.Any(a => a.SparseTensor is not null) && node.Output.Count > 0)
                SparseConstants.Add(scope.Path + node.Output[0]);
            else if (PassThrough.Is(node) && node.Input.Count > 0 && node.Output.Count > 0 && scope.Find(node.Input[0]) is { } constant)
                Follow(node, constant.Tensor, constant.View, scope);
            else
                Use(node, scope);
        }
    }

    private void Declare(TensorProto proto, string name, GraphScope scope)
    {
        var tensor = model.Tensors[proto];
        _ = TensorData.Length(model, tensor);
        scope.Add(name, tensor, AxisView.Of(proto.Dims));
        if (!_uses.TryAdd(tensor, []))
            return;
        _order.Add(tensor);
        _names[tensor] = (scope.Path + name, name);
    }

    private void Follow(NodeProto node, StoredTensor tensor, AxisView? view, GraphScope scope)
    {
        scope.Add(node.Output[0], tensor, PassThrough.Apply(node, view, name => scope.Find(name) is { } c ? SmallConstants.Integers(model, c.Tensor.Proto) : null));
        for (int input = 1; input < node.Input.Count; input++)
            Note(node, node.Input[input], input, scope);
    }

    private void Use(NodeProto node, GraphScope scope)
    {
        if (_functions.TryGetValue((node.Domain, node.OpType, node.Overload), out var function) && _open.Add(function))
        {
            WalkFunction(function, node, scope);
            _open.Remove(function);
        }
        else
        {
            for (int input = 0; input < node.Input.Count; input++)
                Note(node, node.Input[input], input, scope);
        }

        foreach (string output in node.Output)
            scope.Hide(output);
        foreach (var attribute in node.Attribute)
            foreach (var graph in attribute.G is null ? attribute.Graphs : [attribute.G, .. attribute.Graphs])
                Walk(graph, new(scope, $"{scope.Path}{(node.Name.Length > 0 ? node.Name : node.OpType)}/{attribute.Name}/"));
    }

    // A function's formal inputs are the call's actual ones; constants of its own are shared by all calls.
    private void WalkFunction(FunctionProto function, NodeProto call, GraphScope scope)
    {
        if (_open.Count > MostCalls)
            throw new InvalidModelException(model.Name, $"its functions call each other more than {MostCalls} deep.");
        var inside = new GraphScope(null, $"{function.Name}/");
        for (int i = 0; i < function.Input.Count; i++)
        {
            if (i < call.Input.Count && scope.Find(call.Input[i]) is { } actual)
                inside.Add(function.Input[i], actual.Tensor, actual.View);
            else
                inside.Hide(function.Input[i]);
        }

        Walk(function.Node, inside);
    }

    private void Note(NodeProto node, string name, int input, GraphScope scope)
    {
        Count();
        if (name.Length > 0 && scope.Find(name) is { } constant)
            _uses[constant.Tensor].Add(WeightOperators.Classify(node, input, constant.View));
    }

    // Functions that call others several times can expand a small file without end.
    private void Count()
    {
        if (++_visited > MostVisits)
            throw new InvalidModelException(model.Name, $"its graphs and functions expand to more than {MostVisits} nodes and inputs.");
    }
}
