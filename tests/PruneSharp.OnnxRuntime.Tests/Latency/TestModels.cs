using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Models made for timing.</summary>
internal static class TestModels
{
    public static ModelSource Toy(string name) => ModelSource.File(Path.Combine(AppContext.BaseDirectory, "Toys", name));

    /// <summary>y = x · w with x [64, 512] and w [512, columns].</summary>
    public static ModelSource MatMul(int columns, string nodeName = "layer") => Of($"matmul{columns}", new GraphProto
    {
        Name = "g",
        Node = { new NodeProto { OpType = "MatMul", Name = nodeName, Input = { "x", "w" }, Output = { "y" } } },
        Initializer = { new TensorProto { Name = "w", DataType = 1, Dims = { 512, columns }, RawData = ByteString.CopyFrom(new byte[4 * 512 * columns]) } },
        Input = { Floats("x", 64, 512) },
        Output = { Floats("y", 64, columns) },
    });

    /// <summary>c1 relu, then c2 relu c3 added to it, relu, c4 leakyrelu: 3×3 convolutions on x [1, 3, 32, 32].</summary>
    public static GraphProto Residual(int channels)
    {
        var graph = new GraphProto { Name = "g", Input = { Floats("x", 1, 3, 32, 32) }, Output = { Floats("y", 1, channels, 1, 1) } };
        void Node(string op, string name, params string[] inputs) => graph.Node.Add(new NodeProto { OpType = op, Name = name, Input = { inputs }, Output = { name == "pool" ? "y" : $"{name}_out" } });
        void Conv(string name, string input, int inChannels)
        {
            graph.Initializer.Add(new TensorProto { Name = $"{name}_w", DataType = 1, Dims = { channels, inChannels, 3, 3 }, RawData = ByteString.CopyFrom(new byte[4 * channels * inChannels * 9]) });
            Node("Conv", name, input, $"{name}_w");
            graph.Node[^1].Attribute.Add(new AttributeProto { Name = "pads", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1, 1, 1, 1 } });
        }

        Conv("c1", "x", 3);
        Node("Relu", "r1", "c1_out");
        Conv("c2", "r1_out", channels);
        Node("Relu", "r2", "c2_out");
        Conv("c3", "r2_out", channels);
        Node("Add", "add", "c3_out", "r1_out");
        Node("Relu", "r3", "add_out");
        Conv("c4", "r3_out", channels);
        Node("LeakyRelu", "r4", "c4_out");
        Node("GlobalAveragePool", "pool", "r4_out");
        return graph;
    }

    public static ModelSource Of(string name, GraphProto graph) =>
        ModelSource.Memory(new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph }.ToByteArray(), name, AppContext.BaseDirectory);

    public static ValueInfoProto Floats(string name, params long[] shape) => new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = 1, Shape = new() { Dim = { shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } } } },
    };
}
