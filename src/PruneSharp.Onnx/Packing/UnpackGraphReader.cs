using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Reads packed weights back from their nodes. It takes the encodings from the last node's name and the data from where packing puts them,
/// builds the nodes that packing would write for these, and compares: what differs in any operator, attribute or constant is refused.
/// </summary>
internal sealed class UnpackGraphReader
{
    private readonly OnnxModel _model;
    private readonly WireMessage _place;
    private readonly int _number;
    private readonly Dictionary<string, NodeProto> _producers;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly GraphSignature _signature;
    private long _at;

    public UnpackGraphReader(OnnxModel model, GraphProto graph, WireMessage place, int number)
    {
        _model = model;
        _place = place;
        _number = number;
        _producers = new(StringComparer.Ordinal);
        foreach (var node in graph.Node)
            foreach (string output in node.Output)
                _producers.TryAdd(output, node);
        _constants = new(StringComparer.Ordinal);
        foreach (var initializer in graph.Initializer)
            _constants.TryAdd(initializer.Name, initializer);
        _signature = new(_producers, name => _constants.TryGetValue(name, out var tensor) ? (tensor, Content(tensor)) : null);
    }

    /// <summary>Reads the weight that ends in a node.</summary>
    /// <exception cref="InvalidModelException">The nodes or data are not those of a packed weight.</exception>
    public PackedWeight Read(NodeProto last)
    {
        _at = _model.Places[last].TagStart;
        string name = last.Output.Count == 1 ? last.Output[0] : throw new InvalidModelException(_model.Name, $"node {last.Name} at byte {_at} must have one output, not {last.Output.Count}.");
        try
        {
            var spec = Spec(last, name);
            var expected = new UnpackScope(new HashSet<string>(StringComparer.Ordinal) { name }, 0);
            UnpackGraph.Add(expected, spec);
            if (GraphSignature.Of(expected).Of(name) != _signature.Of(name))
                throw Bad(name, "its nodes are not those that packing writes for its data");
            return new(
                $"{_number}/{name}", name, spec.Shape, new UnpackedData(_model.Name, _at, spec), spec.Positions.Name, spec.Values.Name, _place,
                [.. _signature.Reachable(name)], null);
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or OverflowException)
        {
            throw Bad(name, error.Message, error);
        }
    }

    private UnpackSpec Spec(NodeProto last, string name)
    {
        string[] encodings = last.Name[UnpackGraph.Mark.Length..].Split(';');
        if (encodings.Length != 3 || PositionEncoding.Parse(encodings[0]) is not { } positions || positions.IsSparseInitializer)
            throw Bad(name, $"its last node is named {last.Name}, which names no encodings");
        var values = ValueEncoding.Parse(encodings[1]);
        if (last.Input.Count != (last.OpType == "ConstantOfShape" ? 1 : 2))
            throw Bad(name, $"its last node {last.OpType} has {last.Input.Count} inputs");
        long[] shape = Longs(last.Input[^1], name);
        long length = 1;
        foreach (long dim in shape)
            length = checked(length * (dim >= 0 ? dim : throw Bad(name, $"its shape has the dimension {dim}")));
        if (length >= 1L << 30)
            throw Bad(name, $"its shape has {length} weights, more than packing takes");
        if (last.OpType == "ConstantOfShape")
        {
            var parts = new List<UnpackChunk>();
            for (long at = 0; at < Math.Max(1, length); at += SparseChunk.MostLength)
                parts.Add(new((int)Math.Min(SparseChunk.MostLength, length - at), 0, new(), () => [], () => []));
            return new(name, shape, ZeroType(last, name), positions, values, null, parts);
        }

        var flat = Producer(last.Input[0], name);
        string[] outputs = flat.OpType == "Concat" ? [.. flat.Input] : [last.Input[0]];
        long expected = Math.Max(1, (length + SparseChunk.MostLength - 1) / SparseChunk.MostLength);
        if (outputs.Length != expected)
            throw Bad(name, $"it has {outputs.Length} chunks; {length} weights have {expected}");
        var nodes = outputs.Select(o => Producer(o, name)).ToList();
        var zeros = nodes.Select(n => n.OpType == "ConstantOfShape" ? n : Producer(n.Input[0], name)).ToList();
        var types = zeros.Select(z => ZeroType(z, name)).Distinct().ToList();
        var type = types.Count == 1 ? types[0] : throw Bad(name, "its chunks are of different types");
        byte[]? entries = null;
        var chunks = new List<UnpackChunk>();
        for (int i = 0; i < nodes.Count; i++)
        {
            long size = Math.Min(length, SparseChunk.MostLength);
            if (Longs(zeros[i].Input[0], name) is not [var given] || given != size)
                throw Bad(name, $"its chunk {i} should have {size} weights");
            length -= size;
            chunks.Add(nodes[i].OpType == "ConstantOfShape"
                ? new((int)size, 0, new(), () => [], () => [])
                : Chunk(nodes[i], name, positions, values, type, (int)size, shape.Aggregate(1L, (a, b) => a * b), ref entries));
        }

        return new(name, shape, type, positions, values, entries, chunks);
    }

    private UnpackChunk Chunk(NodeProto scatter, string name, PositionEncoding positions, ValueEncoding values, ElementType type, int length, long total, ref byte[]? entries)
    {
        if (scatter.Input.Count != 3)
            throw Bad(name, $"its node {scatter.OpType} should be a ScatterElements of three inputs");
        var (positionData, _) = Source(scatter.Input[1], name);
        var positionBytes = PayloadBytes.Of(_model, positionData, TensorProto.Types.DataType.Uint8, TensorProto.Types.DataType.Int32, TensorProto.Types.DataType.Int64);
        Func<byte[]> valueBytes;
        long survivors;
        if (values.CodebookBits > 0)
        {
            var gather = Producer(scatter.Input[2], name);
            entries ??= gather.OpType == "Gather" && gather.Input.Count == 2 && _constants.TryGetValue(gather.Input[0], out var table) ? PayloadBytes.Of(_model, table, UnpackGraph.OnnxType(type))() : throw Bad(name, "it has no codebook");
            var (codes, slice) = Source(gather.Input[1], name);
            var words = Codebook.Words(values.CodebookBits, total);
            var packed = PayloadBytes.Of(_model, codes, TensorProto.Types.DataType.Uint8, TensorProto.Types.DataType.Int32, TensorProto.Types.DataType.Int64);
            survivors = slice ?? codes.Dims.Aggregate(1L, (a, b) => a * b) * words.PerWord;
            int count = Count(survivors, length, name);
            valueBytes = () => words.Unpack(packed()) is var all && all.Length >= count ? all[..count] : throw new InvalidDataException($"{count} codes are needed, {all.Length} are there");
        }
        else
        {
            var (stored, _) = Source(scatter.Input[2], name);
            survivors = stored.Dims is [var count] ? count : throw Bad(name, "its values are no vector");
            valueBytes = PayloadBytes.Of(_model, stored, values == ValueEncoding.Half ? TensorProto.Types.DataType.Float16 : UnpackGraph.OnnxType(type));
        }

        var advances = new AdvanceHistogram();
        advances.Add(UnpackedData.Positions(positions, total, length, Count(survivors, length, name), positionBytes()));
        return new(length, (int)survivors, advances, positionBytes, valueBytes);
    }

    // Follows first inputs up to the packed data; a Slice on the way says how many codes count.
    private (TensorProto Data, long? Slice) Source(string value, string name)
    {
        long? slice = null;
        for (int steps = 0; steps < 16; steps++)
        {
            if (_constants.TryGetValue(value, out var tensor))
                return (tensor, slice);
            var node = Producer(value, name);
            if (node.OpType == "Slice" && node.Input.Count == 3)
                slice = Longs(node.Input[2], name) is [var end] ? end : throw Bad(name, "its codes are cut in an unknown way");
            value = node.Input.Count > 0 ? node.Input[0] : throw Bad(name, $"its node {node.OpType} has no input");
        }

        throw Bad(name, "its data are not where packing puts them");
    }

    private int Count(long survivors, int length, string name) =>
        survivors >= 0 && survivors <= length ? (int)survivors : throw Bad(name, $"it claims {survivors} survivors among {length} weights");

    private NodeProto Producer(string value, string name) => _producers.TryGetValue(value, out var node) && node.Input.Count > 0
        ? node
        : throw Bad(name, $"nothing with inputs makes its value {value}");

    private long[] Longs(string value, string name) => _constants.TryGetValue(value, out var tensor) && SmallConstants.Integers(_model, tensor) is { } longs
        ? longs
        : throw Bad(name, $"its constant {value} is no short list of numbers");

    private ElementType ZeroType(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } zero && _model.Tensors[zero].ElementType is { } type && type != ElementType.BFloat16
        && PayloadBytes.Of(_model, zero, (TensorProto.Types.DataType)zero.DataType)() is { Length: <= sizeof(double) } bytes && bytes.All(b => b == 0)
        ? type
        : throw Bad(name, "it is not filled with a zero of a type that packing takes");

    // Content of small constants; the data themselves are compared by type and dims.
    private byte[]? Content(TensorProto proto)
    {
        var tensor = _model.Tensors[proto];
        return tensor is { IsExternal: false, Payload: [{ Number: 9, ContentLength: <= GraphSignature.MostContent }] } ? PayloadBytes.Of(_model, proto, (TensorProto.Types.DataType)proto.DataType)() : null;
    }

    private InvalidModelException Bad(string tensor, string problem, Exception? inner = null) =>
        new(_model.Name, $"packed tensor {tensor} at byte {_at}: {problem.TrimEnd('.')}.", inner);
}
