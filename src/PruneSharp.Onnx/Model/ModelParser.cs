using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Parses a model without its tensor values. Messages that lead to tensors are walked field by field; everything else in them is handed
/// to the generated parser as it stands.
/// </summary>
internal sealed class ModelParser(ByteSource source)
{
    private const int MostNesting = 64;

    // Longer fields that are not tensor values (a compiled cache in an attribute, say) stay in the file only.
    private const long LongestField = 64 << 20;

    private readonly WireCursor _cursor = new(source);
    private readonly Dictionary<IMessage, WireMessage> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TensorProto, StoredTensor> _tensors = new(ReferenceEqualityComparer.Instance);

    /// <summary>Where each graph, node, attribute and tensor stands.</summary>
    public IReadOnlyDictionary<IMessage, WireMessage> Places => _places;

    /// <summary>Every tensor outside of training graphs.</summary>
    public IReadOnlyDictionary<TensorProto, StoredTensor> Tensors => _tensors;

    /// <summary>The model's metadata_props fields, in file order.</summary>
    public List<WireField> Metadata { get; } = [];

    /// <summary>The model's opset_import fields, in file order.</summary>
    public List<WireField> OpsetImports { get; } = [];

    /// <summary>Parses the file.</summary>
    /// <exception cref="InvalidModelException">The file is not a sound ONNX model.</exception>
    public ModelProto Parse()
    {
        var message = new WireMessage(null, 0, 0, 0, source.Length);
        var model = Walk<ModelProto>(message, (m, field, place) =>
        {
            switch (field.Number)
            {
                case 7: m.Graph = Once(m.Graph, "graph", field) ?? Graph(place); return true;
                case 14 when field.ContentLength <= LongestField: Metadata.Add(field); return false;
                case 8: OpsetImports.Add(field); return false;
                case 20: return true; // training graphs are never touched, and not needed
                case 25: m.Functions.Add(Function(place)); return true;
                default: return false;
            }
        });
        if (model.Graph is null || model.IrVersion <= 0)
            throw new InvalidModelException(source.Name, "there is no graph and IR version in it. The file is not an ONNX model.");
        return model;
    }

    private GraphProto Graph(WireMessage message) => Walk<GraphProto>(message, (graph, field, place) =>
    {
        switch (field.Number)
        {
            case 1: graph.Node.Add(Node(place)); return true;
            case 5: graph.Initializer.Add(Tensor(place)); return true;
            case 11: graph.Input.Add(Value(place)); return true;
            case 13: graph.ValueInfo.Add(Value(place)); return true;
            case 15: graph.SparseInitializer.Add(Sparse(place)); return true;
            default: return false;
        }
    });

    private ValueInfoProto Value(WireMessage message) => Walk<ValueInfoProto>(message, (_, _, _) => false);

    private FunctionProto Function(WireMessage message) => Walk<FunctionProto>(message, (function, field, place) =>
    {
        switch (field.Number)
        {
            case 7: function.Node.Add(Node(place)); return true;
            case 11: function.AttributeProto.Add(Attribute(place)); return true;
            default: return false;
        }
    });

    private NodeProto Node(WireMessage message) => Walk<NodeProto>(message, (node, field, place) =>
    {
        if (field.Number != 5)
            return false;
        node.Attribute.Add(Attribute(place));
        return true;
    });

    private AttributeProto Attribute(WireMessage message) => Walk<AttributeProto>(message, (attribute, field, place) =>
    {
        switch (field.Number)
        {
            case 5: attribute.T = Once(attribute.T, "t", field) ?? Tensor(place); return true;
            case 6: attribute.G = Once(attribute.G, "g", field) ?? Graph(place); return true;
            case 10: attribute.Tensors.Add(Tensor(place)); return true;
            case 11: attribute.Graphs.Add(Graph(place)); return true;
            case 22: attribute.SparseTensor = Once(attribute.SparseTensor, "sparse_tensor", field) ?? Sparse(place); return true;
            case 23: attribute.SparseTensors.Add(Sparse(place)); return true;
            default: return false;
        }
    });

    private SparseTensorProto Sparse(WireMessage message) => Walk<SparseTensorProto>(message, (sparse, field, place) =>
    {
        switch (field.Number)
        {
            case 1: sparse.Values = Once(sparse.Values, "values", field) ?? Tensor(place); return true;
            case 2: sparse.Indices = Once(sparse.Indices, "indices", field) ?? Tensor(place); return true;
            default: return false;
        }
    });

    private TensorProto Tensor(WireMessage message)
    {
        var payload = new List<WireField>();
        var external = new List<WireField>();
        var tensor = Walk<TensorProto>(
            message,
            (_, field, _) =>
            {
                if (field.Number == 13 && field.ContentLength <= LongestField)
                    external.Add(field);
                return false;
            },
            field =>
            {
                if (field.Number is not (4 or 5 or 6 or 7 or 9 or 10 or 11))
                    return false;
                payload.Add(field);
                return true;
            });
        _tensors.Add(tensor, new(message, tensor, payload, external));
        return tensor;
    }

    // Hands the message's fields to `take`, which answers whether it has dealt with one; `drop` sees fields of any wire type first.
    private T Walk<T>(WireMessage message, Func<T, WireField, WireMessage, bool> take, Func<WireField, bool>? drop = null)
        where T : IMessage<T>, new()
    {
        if (message.Depth > MostNesting)
            throw new InvalidModelException(source.Name, $"messages are nested more than {MostNesting} deep at byte {message.Start}.");
        var result = new T();
        using var rest = new MemoryStream();
        foreach (var field in _cursor.Fields(message))
        {
            if (drop?.Invoke(field) == true)
                continue;
            if (field.Type == WireType.LengthDelimited && take(result, field, new(message, field.Start, field.PrefixStart, field.ContentStart, field.ContentLength)))
                continue;
            if (field.ContentLength <= LongestField)
                rest.Write(_cursor.Bytes(field));
        }

        try
        {
            result.MergeFrom(rest.GetBuffer().AsSpan(0, (int)rest.Length));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidModelException(source.Name, $"{typeof(T).Name} at byte {message.Start} is malformed: {error.Message}", error);
        }

        _places.Add(result, message);
        return result;
    }

    private T? Once<T>(T? already, string name, WireField field)
        where T : class =>
        already is null ? null : throw new InvalidModelException(source.Name, $"field {name} at byte {field.Start} appears a second time in one message.");
}
