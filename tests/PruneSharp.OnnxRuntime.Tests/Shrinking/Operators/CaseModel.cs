using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;
using DataType = PruneSharp.Onnx.Proto.TensorProto.Types.DataType;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Writes a small model node by node; every method gives the name of what it added.</summary>
internal sealed class CaseModel
{
    private const string Microsoft = "com.microsoft";
    private int _values;

    public CaseModel(long opset = 17, long irVersion = 8) => Proto = new()
    {
        IrVersion = opset > 21 ? 10 : irVersion,
        Graph = new() { Name = "case" },
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset }, new OperatorSetIdProto { Domain = Microsoft, Version = 1 } },
    };

    public ModelProto Proto { get; }

    /// <summary>A floating-point input; -1 for a batch of any size.</summary>
    public string Input(params long[] dims) => Input("x", DataType.Float, dims);

    public string Input(string name, DataType type, params long[] dims)
    {
        Proto.Graph.Input.Add(Value(name, type, dims));
        return name;
    }

    public string Add(string name, DataType type, byte[] bytes, params long[] dims)
    {
        Proto.Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes), Dims = { dims } });
        return name;
    }

    /// <summary>Numbers of all sizes and both signs, the same for the same name.</summary>
    public string Weight(string name, params long[] dims) => Add(name, DataType.Float, Bytes(Numbers(name, dims)), dims);

    /// <summary>Numbers from 0.5 to 1.5.</summary>
    public string Positive(string name, params long[] dims) => Add(name, DataType.Float, Bytes([.. Numbers(name, dims).Select(v => v + 1)]), dims);

    public string Floats(float[] values, params long[] dims) => Add(Fresh("floats"), DataType.Float, Bytes(values), dims);

    public string Scalar(float value) => Floats([value]);

    public string Longs(params long[] values) => Add(Fresh("longs"), DataType.Int64, MemoryMarshal.AsBytes<long>(values).ToArray(), values.Length);

    public string Long(long value) => Add(Fresh("long"), DataType.Int64, BitConverter.GetBytes(value));

    /// <summary>Quantised weights: int8 from -100 to 100.</summary>
    public string Int8(string name, params long[] dims) => Add(name, DataType.Int8, [.. Numbers(name, dims).Select(v => (byte)(sbyte)(v * 200))], dims);

    /// <summary>A node with one output.</summary>
    public string Op(string op, string[] inputs, params (string Name, object Value)[] attributes) => Ops(op, inputs, 1, attributes)[0];

    /// <summary>A node with several outputs. A name with a dot starts with the domain.</summary>
    public string[] Ops(string op, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        int dot = op.LastIndexOf('.');
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => Fresh(op[(dot + 1)..]))];
        Proto.Graph.Node.Add(new NodeProto
        {
            OpType = op[(dot + 1)..],
            Domain = dot < 0 ? "" : op[..dot],
            Name = $"{names[0]}_node",
            Input = { inputs },
            Output = { names },
            Attribute = { attributes.Select(a => Attribute(a.Name, a.Value)) },
        });
        return names;
    }

    public string Conv(string x, string name, long[] weight, params (string Name, object Value)[] attributes) =>
        Op("Conv", [x, Weight(name, weight), Weight($"{name}_bias", weight[0])], attributes);

    public string MatMul(string x, string name, params long[] weight) => Op("MatMul", [x, Weight(name, weight)]);

    public string Cast(string x, DataType type) => Op("Cast", [x], ("to", (long)type));

    /// <summary>The model with a value as its output.</summary>
    public ModelProto Output(string name, DataType type = DataType.Float)
    {
        Proto.Graph.Output.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = (int)type } } });
        return Proto;
    }

    public static ValueInfoProto Value(string name, DataType type, params long[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (long dim in dims)
            shape.Dim.Add(dim < 0 ? new() { DimParam = "batch" } : new TensorShapeProto.Types.Dimension { DimValue = dim });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = shape } } };
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int or long => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = Convert.ToInt64(value) },
        float number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] integers => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { integers } },
        float[] floats => new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { floats } },
        TensorProto tensor => new() { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = tensor },
        _ => throw new ArgumentException($"{value.GetType()} is no attribute.", nameof(value)),
    };

    private static float[] Numbers(string name, long[] dims)
    {
        uint seed = name.Aggregate(2166136261, (hash, c) => (hash ^ c) * 16777619);
        return [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (product, dim) => product * dim)).Select(i => (((uint)i + seed) * 2654435761 % 1000003 % 1000 / 1000f) - 0.5f)];
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();

    private string Fresh(string like) => $"{like}_{_values++}";
}
