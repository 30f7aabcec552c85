using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Small models with sparse weights.</summary>
internal static class SparseModels
{
    /// <summary>y = sigmoid(c2), c2 = conv(relu(c1)), c1 = conv(x): two 3×3 convolutions of 8 channels, 80 % zeros.</summary>
    /// <param name="batch">-1 for any.</param>
    /// <param name="external">A file for the weights; null to keep them in the model.</param>
    public static ModelProto Convolutions(long batch = 1, string? external = null)
    {
        var graph = new GraphProto { Name = "g", Input = { TestModels.Floats("x", batch, 3, 8, 8) }, Output = { new ValueInfoProto { Name = "y" } } };
        if (batch < 0)
            graph.Input[0].Type.TensorType.Shape.Dim[0] = new() { DimParam = "batch" };
        using var file = external is null ? null : File.Create(external);
        Conv("x", "c1", "w1", 3);
        graph.Node.Add(new NodeProto { OpType = "Relu", Input = { "c1" }, Output = { "r1" } });
        Conv("r1", "c2", "w2", 8);
        graph.Node.Add(new NodeProto { OpType = "Sigmoid", Input = { "c2" }, Output = { "y" } });
        return new() { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph };

        void Conv(string input, string output, string weight, int channels)
        {
            var bytes = MemoryMarshal.AsBytes<float>(Numbers(8 * channels * 9, 3, 0.8));
            var tensor = new TensorProto { Name = weight, DataType = 1, Dims = { 8, channels, 3, 3 } };
            if (file is null)
            {
                tensor.RawData = ByteString.CopyFrom(bytes);
            }
            else
            {
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(Entry("location", Path.GetFileName(external!)));
                tensor.ExternalData.Add(Entry("offset", $"{file.Position}"));
                tensor.ExternalData.Add(Entry("length", $"{bytes.Length}"));
                file.Write(bytes);
            }

            graph.Initializer.Add(tensor);
            var node = new NodeProto { OpType = "Conv", Name = output, Input = { input, weight }, Output = { output } };
            node.Attribute.Add(new AttributeProto { Name = "pads", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1, 1, 1, 1 } });
            graph.Node.Add(node);
        }
    }

    /// <summary>The same, and z = an If whose branches take the first convolution's result from the graph around.</summary>
    public static ModelProto Branching()
    {
        var model = Convolutions();
        model.Graph.Initializer.Add(new TensorProto { Name = "yes", DataType = (int)TensorProto.Types.DataType.Bool, RawData = ByteString.CopyFrom(1) });
        model.Graph.Input.Add(new ValueInfoProto { Name = "yes", Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Bool, Shape = new() } } });
        var choice = new NodeProto { OpType = "If", Input = { "yes" }, Output = { "z" } };
        choice.Attribute.Add(Branch("then_branch", "Neg"));
        choice.Attribute.Add(Branch("else_branch", "Abs"));
        model.Graph.Node.Insert(0, choice); // before what it takes
        model.Graph.Output.Add(new ValueInfoProto { Name = "z" });
        return model;

        static AttributeProto Branch(string name, string op) => new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Graph,
            G = new() { Name = name, Node = { new NodeProto { OpType = op, Input = { "c1" }, Output = { name } } }, Output = { new ValueInfoProto { Name = name } } },
        };
    }

    /// <summary>Numbers in [-1, 1), some of them zero.</summary>
    public static float[] Numbers(int count, int seed, double zeros)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < zeros ? 0 : random.NextSingle() * 2 - 1)];
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
