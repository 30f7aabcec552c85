namespace PruneSharp.Onnx;

/// <summary>A model in which every tensor that a node of the main graph makes is an output, so that one run tells all shapes.</summary>
public sealed class ObservableModel
{
    private readonly OnnxModel _model;

    /// <summary>Finds what is to be observed.</summary>
    public ObservableModel(OnnxModel model)
    {
        _model = model;
        var graph = model.Proto.Graph;
        Constants = new ConstantTensors(model).Tensors;
        DataDependent = DataDependence.Of(graph, Constants);
        var outputs = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        Added = [.. graph.Node.SelectMany(n => n.Output).Where(name => name.Length > 0 && !Constants.ContainsKey(name)).Distinct(StringComparer.Ordinal).Where(name => !outputs.Contains(name))];
    }

    /// <summary>Initializers and Constant nodes by name: these are not observed, for they are known.</summary>
    public IReadOnlyDictionary<string, ObservedTensor> Constants { get; }

    /// <summary>Tensors whose values depend on those of the inputs, or on chance: their integers are no constants of the model.</summary>
    public IReadOnlySet<string> DataDependent { get; }

    /// <summary>Names of the outputs that the model does not have itself.</summary>
    public IReadOnlyList<string> Added { get; }

    /// <summary>The model file with the outputs added, name only: no type, no shape. Everything else keeps its bytes.</summary>
    /// <exception cref="InvalidModelException">The result would not fit into memory (2 GiB).</exception>
    public byte[] Bytes()
    {
        var place = _model.Places[_model.Proto.Graph];
        return WireSplice.ToArray(_model, [WireEdit.Of(place, place.End, 0, [.. Added.SelectMany(ValueDeclaration.Output)])]);
    }
}
