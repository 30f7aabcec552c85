using System.Runtime.InteropServices;
using PruneSharp.Kernels;

namespace PruneSharp.Native;

/// <summary>Regions of a graph as ONNX files in memory. The numbers are those of the fields in onnx.proto.</summary>
/// <param name="source">The graph that the regions are of.</param>
internal sealed class RegionBytes(TimedGraph source)
{
    private const int Float = 1;
    private const long MostWeights = 1 << 28;

    /// <summary>The file of a region; null where a node of it is not of the graph, or the weights are too many to be copied for a trial.</summary>
    /// <param name="region">The region; all of its inputs are float32.</param>
    /// <param name="inputShapes">Their shapes.</param>
    public byte[]? Of(LayerGraph region, IReadOnlyList<long[]> inputShapes)
    {
        if (region.Constants.Values.Sum(c => (long)c.Values.Length) > MostWeights || !region.Nodes.All(source.Has))
            return null;
        var model = new ProtoWriter();
        model.Integer(1, source.IrVersion);
        model.Message(7, graph => Graph(graph, region, inputShapes));
        foreach (var (domain, version) in source.OperatorSets)
        {
            model.Message(8, set =>
            {
                set.Text(1, domain);
                set.Integer(2, version);
            });
        }

        return model.Content.ToArray();
    }

    private void Graph(ProtoWriter graph, LayerGraph region, IReadOnlyList<long[]> inputShapes)
    {
        foreach (var node in region.Nodes)
            graph.Message(1, message => Node(message, node));
        graph.Text(2, "region");
        foreach (var (name, constant) in region.Constants)
            graph.Message(5, message => Tensor(message, name, constant));
        foreach (var (name, shape) in region.Inputs.Zip(inputShapes))
            graph.Message(11, message => Input(message, name, shape));
        foreach (string name in region.Outputs)
            graph.Message(12, message => message.Text(1, name));
    }

    private void Node(ProtoWriter message, LayerNode node)
    {
        foreach (string input in node.Inputs)
            message.Text(1, input);
        foreach (string output in node.Outputs)
            message.Text(2, output);
        message.Text(3, node.Name);
        message.Text(4, node.Operator);
        foreach (var attribute in source.Attributes(node))
            message.Message(5, attribute.Write);
        message.Text(7, node.Domain);
    }

    private static void Tensor(ProtoWriter message, string name, LayerConstant constant)
    {
        foreach (long size in constant.Shape)
            message.Integer(1, size);
        message.Integer(2, Float);
        message.Text(8, name);
        message.Bytes(9, MemoryMarshal.AsBytes(constant.Values.Span));
    }

    private static void Input(ProtoWriter message, string name, long[] shape)
    {
        message.Text(1, name);
        message.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Integer(1, Float);
            tensor.Message(2, dims =>
            {
                foreach (long size in shape)
                    dims.Message(1, dim => dim.Integer(1, size));
            });
        }));
    }
}
