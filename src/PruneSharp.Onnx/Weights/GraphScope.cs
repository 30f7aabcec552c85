namespace PruneSharp.Onnx;

/// <summary>The names of one graph: which are constants, and how they are seen. Unknown names are looked up in the graph around it.</summary>
internal sealed class GraphScope(GraphScope? outer, string path)
{
    private readonly Dictionary<string, (StoredTensor Tensor, AxisView? View)?> _names = new(StringComparer.Ordinal);

    /// <summary>Prefix of names inside sub-graphs, "" for the main graph.</summary>
    public string Path { get; } = path;

    /// <summary>Declares a constant.</summary>
    public void Add(string name, StoredTensor tensor, AxisView? view) => _names[name] = (tensor, view);

    /// <summary>Declares something that is no constant, hiding outer names.</summary>
    public void Hide(string name) => _names.TryAdd(name, null);

    /// <summary>The constant behind a name, or null.</summary>
    public (StoredTensor Tensor, AxisView? View)? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._names.TryGetValue(name, out var found))
                return found;
        return null;
    }

    private GraphScope? Outer { get; } = outer;
}
