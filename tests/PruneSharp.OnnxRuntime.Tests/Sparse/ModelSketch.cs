using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Writes a model down, node by node.</summary>
internal sealed class ModelSketch(long opset = 17)
{
    private const int Float = 1;

    public GraphProto Graph { get; } = new() { Name = "g" };

    /// <summary>An input; a size is a number, or a name for a dynamic dimension.</summary>
    public string Input(string name, int type, object[] sizes)
    {
        Graph.Input.Add(Value(name, type, sizes));
        return name;
    }

    public string Input(string name, params object[] sizes) => Input(name, Float, sizes);

    public string Constant(string name, long[] shape, float[] values)
    {
        Graph.Initializer.Add(new TensorProto { Name = name, DataType = Float, Dims = { shape }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) });
        return name;
    }

    public string Sparse(string name, params long[] shape) => Constant(name, shape, SparseModels.Numbers((int)shape.Aggregate(1L, (a, b) => a * b), name.Length, 0.85));

    /// <summary>A 3×3 convolution that keeps the size; its weights are the constant of the name.</summary>
    public string Conv(string x, string w, params string[] more) => Node("Conv", [x, w, .. more], ("pads", new long[] { 1, 1, 1, 1 }));

    public string Node(string op, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = $"v{Graph.Node.Count}";
        var node = new NodeProto { OpType = op, Name = $"{op}_{Graph.Node.Count}", Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes)
            node.Attribute.Add(Attribute(name, value));
        Graph.Node.Add(node);
        return output;
    }

    public ModelProto Model(params string[] outputs)
    {
        Graph.Output.Add(outputs.Select(o => new ValueInfoProto { Name = o }));
        return new() { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = opset } }, Graph = Graph };
    }

    public static ValueInfoProto Value(string name, int type, params object[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(sizes.Select(size => size is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol } : new() { DimValue = Convert.ToInt64(size) }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = shape } } };
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long[] integers => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { integers } },
        long integer => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = integer },
        float number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = number },
        GraphProto graph => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph },
        _ => throw new ArgumentException($"no attribute is a {value.GetType()}", nameof(value)),
    };
}
