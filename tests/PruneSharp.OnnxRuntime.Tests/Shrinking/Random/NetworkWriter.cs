using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Proto.AttributeProto.Types;
using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Writes a graph node by node. Names of values start with the block that they belong to: <c>2.Residual.Conv7</c>.</summary>
internal sealed class NetworkWriter(int opset, bool dynamicBatch, int batch)
{
    private readonly Dictionary<string, List<string>> _vectors = [];
    private int _count;

    public GraphProto Graph { get; } = new() { Name = "random" };

    public int Opset => opset;

    /// <summary>Whether the first axis of inputs is named N and not a number.</summary>
    public bool DynamicBatch => dynamicBatch;

    public int Batch => batch;

    /// <summary>The block that is being written.</summary>
    public string Path { get; private set; } = "Network";

    /// <summary>Weights and what nodes compute, each with the kind of block that it belongs to.</summary>
    public List<(string Name, string Kind)> Values { get; } = [];

    /// <summary>Writes a block.</summary>
    public Activation Inside(string block, Func<Activation> write)
    {
        Path = block;
        return write();
    }

    /// <summary>A node; gives its first output.</summary>
    public string Node(string op, IEnumerable<string> inputs, params AttributeProto[] attributes) => Node(op, 1, inputs, attributes)[0];

    /// <summary>A node with several outputs.</summary>
    public string[] Node(string op, int outputs, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => Name(op))];
        foreach (string name in names)
            Note(name);
        Graph.Node.Add(new NodeProto { OpType = op, Name = Name($"{op}_node"), Input = { inputs }, Output = { names }, Attribute = { attributes } });
        return names;
    }

    /// <summary>A node whose output has the shape of its first input.</summary>
    public Activation Same(string op, Activation x, IEnumerable<string>? others = null, params AttributeProto[] attributes) =>
        new(Node(op, [x.Name, .. others ?? []], attributes), x.Dims);

    /// <summary>Normally distributed weights for sums over so many inputs; an initializer, one behind Identity, or a Constant node.</summary>
    public string Weight(Dice dice, int inputs, params int[] dims)
    {
        double scale = 1 / Math.Sqrt(inputs);
        var tensor = Tensor([.. Enumerable.Range(0, dims.Aggregate((a, b) => a * b)).Select(_ => (float)(dice.Normal() * scale))], dims, "w");
        Note(tensor.Name);
        switch (dice.Below(10))
        {
            case 0:
                Graph.Node.Add(new NodeProto { OpType = "Constant", Name = Name("Constant"), Output = { tensor.Name }, Attribute = { new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = tensor } } });
                return tensor.Name;
            case 1:
                Graph.Initializer.Add(tensor);
                return Node("Identity", [tensor.Name]);
            default:
                Graph.Initializer.Add(tensor);
                return tensor.Name;
        }
    }

    /// <summary>Numbers around a mean, one an index of an axis; now and then a vector that is there already, as exporters store equal ones once.</summary>
    public string Vector(Dice dice, double mean, params int[] dims)
    {
        var (known, count) = (CollectionsMarshal.GetValueRefOrAddDefault(_vectors, $"{mean}:{string.Join(',', dims)}", out _) ??= [], dims.Aggregate((a, b) => a * b));
        if (known.Count > 0 && dice.OneIn(4))
            return known[dice.Below(known.Count)];
        var tensor = Tensor([.. Enumerable.Range(0, count).Select(_ => (float)(mean + (dice.Unit() - 0.5)))], dims, "v");
        Graph.Initializer.Add(tensor);
        known.Add(tensor.Name);
        return tensor.Name;
    }

    public string Scalar(double value) => Add(Tensor([(float)value], [], "s"));

    public string Floats(float[] values, params int[] dims) => Add(Tensor(values, dims, "f"));

    public string Longs(params long[] values) => Add(new() { Name = Name("i"), DataType = (int)DataType.Int64, Dims = { values.Length }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values)) });

    public string Long(long value) => Add(new() { Name = Name("i"), DataType = (int)DataType.Int64, RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)) });

    public string Truths(bool[] values, params int[] dims) =>
        Add(new() { Name = Name("t"), DataType = (int)DataType.Bool, Dims = { dims.Select(d => (long)d) }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<bool>(values)) });

    private void Note(string name) => Values.Add((name, Path.Split('.')[^1]));

    private string Name(string of) => $"{Path}.{of}{_count++}";

    private string Add(TensorProto tensor)
    {
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private TensorProto Tensor(float[] values, int[] dims, string name) =>
        new() { Name = Name(name), DataType = (int)DataType.Float, Dims = { dims.Select(d => (long)d) }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) };
}
