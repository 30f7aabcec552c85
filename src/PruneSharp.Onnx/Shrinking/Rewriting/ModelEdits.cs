using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Collects changes of a model's main graph: nodes, constants, declarations.</summary>
internal sealed class ModelEdits(OnnxModel model)
{
    /// <summary>Before this version of the format every initializer had to be declared as an input too.</summary>
    public const long LeastIrOfPlainConstants = 4;

    private readonly Dictionary<NodeProto, NodeChange> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<StoredTensor, PayloadTensor?> _constants = new(ReferenceEqualityComparer.Instance);
    private readonly List<PayloadTensor> _fresh = [];
    private readonly List<WireEdit> _others = [];
    private readonly HashSet<string> _names = ModelNames.Of(model);

    /// <summary>Changes of nodes so far.</summary>
    public IReadOnlyDictionary<NodeProto, NodeChange> Nodes => _nodes;

    /// <summary>Constants of the file that get other values, or (null) go.</summary>
    public IReadOnlyDictionary<StoredTensor, PayloadTensor?> Constants => _constants;

    /// <summary>The changes of one node.</summary>
    public NodeChange Of(NodeProto node) => CollectionsMarshal.GetValueRefOrAddDefault(_nodes, node, out _) ??= new();

    /// <summary>Sets an attribute.</summary>
    public void Set(NodeProto node, AttributeProto attribute) => Of(node).Attributes[attribute.Name] = attribute;

    /// <summary>Gives a constant other dims and values.</summary>
    public void Replace(StoredTensor tensor, PayloadTensor payload) => _constants[tensor] = payload;

    /// <summary>Takes a constant out: the initializer, or the Constant node that holds it.</summary>
    public void Remove(StoredTensor tensor) => _constants[tensor] = null;

    /// <summary>Adds an initializer and gives its name, which starts with a given one.</summary>
    public string Add(string like, Func<string, PayloadTensor> make)
    {
        string name = Name(like);
        _fresh.Add(make(name));
        return name;
    }

    /// <summary>A name that nothing in the model has.</summary>
    public string Name(string like)
    {
        string name = like;
        for (int i = 1; !_names.Add(name); i++)
            name = $"{like}_{i}";
        return name;
    }

    /// <summary>Any other edit.</summary>
    public void Add(WireEdit edit) => _others.Add(edit);

    /// <summary>All edits of the file.</summary>
    /// <param name="external">Where values outside of the file have gone; null to put changed ones into the file.</param>
    public IEnumerable<WireEdit> Edits(RemainingExternal? external = null)
    {
        var graph = model.Places[model.Proto.Graph];
        foreach (var (node, change) in _nodes)
            yield return change.Edit(model, node);
        foreach (var (tensor, payload) in _constants)
        {
            if (payload is null)
                yield return WireEdit.Removing(tensor.Message.Parent == graph ? tensor.Message : tensor.Message.Parent!.Parent!);
            else if (external is not null && tensor.IsExternal)
                yield return WireEdit.Of(tensor.Message.Parent!, tensor.Message.TagStart, tensor.Message.End - tensor.Message.TagStart, WireSplice.Field(5, external.Header(tensor).ToByteArray()));
            else
                yield return new(tensor.Message.Parent!, tensor.Message.TagStart, tensor.Message.End - tensor.Message.TagStart, payload.FieldBytes, stream => payload.Write(stream, 5));
        }

        foreach (var payload in _fresh)
        {
            yield return new(graph, graph.End, 0, payload.FieldBytes, stream => payload.Write(stream, 5));
            if (model.Proto.IrVersion < LeastIrOfPlainConstants)
                yield return WireEdit.Of(graph, graph.End, 0, ValueDeclaration.Input(payload.Header.Name, payload.Header.DataType, payload.Header.Dims));
        }

        foreach (var edit in _others)
            yield return edit;
    }
}
