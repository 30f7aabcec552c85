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

    public static ModelSource Of(string name, GraphProto graph) =>
        ModelSource.Memory(new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph }.ToByteArray(), name, AppContext.BaseDirectory);

    public static ValueInfoProto Floats(string name, params long[] shape) => new()
    {
        Name = name,
        Type = new() { TensorType = new() { ElemType = 1, Shape = new() { Dim = { shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } } } },
    };
}
