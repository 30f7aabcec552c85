using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

/// <summary>Builds small models node by node.</summary>
internal sealed class TestModel
{
    public ModelProto Proto { get; } = new() { IrVersion = 8, Graph = new() { Name = "g" }, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } } };

    public static float[] Ramp(int count) => [.. Enumerable.Range(1, count).Select(i => (float)(i % 2 == 0 ? i : -i))];

    public static TensorProto Floats(string name, float[] values, params long[] dims) => new()
    {
        Name = name,
        DataType = (int)TensorProto.Types.DataType.Float,
        RawData = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]),
        Dims = { dims },
    };

    public static TensorProto Longs(string name, params long[] values) => new()
    {
        Name = name,
        DataType = (int)TensorProto.Types.DataType.Int64,
        Int64Data = { values },
        Dims = { values.Length },
    };

    public static NodeProto NodeOf(string op, string[] inputs, params AttributeProto[] attributes) => new()
    {
        OpType = op,
        Name = $"{op}_{inputs.LastOrDefault()}",
        Input = { inputs },
        Output = { $"out_{op}_{inputs.LastOrDefault()}" },
        Attribute = { attributes },
    };

    public static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    public TestModel Initializer(TensorProto tensor)
    {
        Proto.Graph.Initializer.Add(tensor);
        return this;
    }

    public TestModel Node(string op, string[] inputs, params AttributeProto[] attributes)
    {
        Proto.Graph.Node.Add(NodeOf(op, inputs, attributes));
        return this;
    }

    public byte[] Bytes() => Proto.ToByteArray();

    public ModelWeights Weights() => ModelWeights.Of(OnnxModel.Of(Bytes(), "test.onnx"));

    public string Save(TempFolder folder, string name = "model.onnx")
    {
        string path = folder.File(name);
        File.WriteAllBytes(path, Bytes());
        return path;
    }
}
