using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The constants of the main graph: initializers and Constant nodes.</summary>
internal sealed class ConstantTensors
{
    private readonly OnnxModel _model;
    private readonly Dictionary<string, ObservedTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<float[]?>> _floats = new(StringComparer.Ordinal);

    /// <summary>Finds them; one with impossible dimensions is left out.</summary>
    public ConstantTensors(OnnxModel model)
    {
        _model = model;
        foreach (var initializer in model.Proto.Graph.Initializer)
            Add(initializer.Name, initializer);
        foreach (var sparse in model.Proto.Graph.SparseInitializer)
            if (sparse.Values is not null && Dimensions.AreSound(sparse.Dims))
                _tensors[sparse.Values.Name] = new([.. sparse.Dims]);
        foreach (var node in model.Proto.Graph.Node)
            if (node.OpType == "Constant" && node.Domain is "" or "ai.onnx" && node.Output.Count == 1 && node.Attribute.Count == 1)
                Add(node.Output[0], node.Attribute[0]);
    }

    /// <summary>By name: dimensions, and values of small integer tensors.</summary>
    public IReadOnlyDictionary<string, ObservedTensor> Tensors => _tensors;

    /// <summary>A small floating-point constant by name, or null.</summary>
    public float[]? Floats(string name) => _floats.GetValueOrDefault(name)?.Invoke();

    private void Add(string name, TensorProto tensor)
    {
        if (!Dimensions.AreSound(tensor.Dims))
            return;
        _tensors[name] = new([.. tensor.Dims], SmallConstants.Integers(_model, tensor));
        _floats[name] = () => SmallConstants.Floats(_model, tensor);
    }

    private void Add(string name, AttributeProto attribute)
    {
        switch (attribute.Name)
        {
            case "value" when attribute.T is not null:
                Add(name, attribute.T);
                break;
            case "value_int":
                _tensors[name] = new([], [attribute.I]);
                break;
            case "value_ints":
                _tensors[name] = new([attribute.Ints.Count], attribute.Ints.Count <= ObservedTensor.MostIntegers ? [.. attribute.Ints] : null);
                break;
            case "value_float" or "value_string":
                _tensors[name] = new([]);
                break;
            case "value_floats":
                _tensors[name] = new([attribute.Floats.Count]);
                _floats[name] = () => [.. attribute.Floats];
                break;
            case "value_strings":
                _tensors[name] = new([attribute.Strings.Count]);
                break;
            case "sparse_value" when attribute.SparseTensor is { } sparse && Dimensions.AreSound(sparse.Dims):
                _tensors[name] = new([.. sparse.Dims]);
                break;
        }
    }
}
