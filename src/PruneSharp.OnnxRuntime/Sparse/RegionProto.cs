using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime;

/// <summary>Regions of a model as models of their own.</summary>
internal sealed class RegionProto(ModelProto model)
{
    private const int Float = (int)TensorProto.Types.DataType.Float;
    private const long LeastIr = 4; // from here on weights need not be inputs

    private readonly Dictionary<string, NodeProto> _makers = model.Graph.Node
        .Where(n => n.Output.Any(o => o.Length > 0)).GroupBy(Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    /// <summary>Makes the model of a region; null where a node of it is not of this model.</summary>
    /// <param name="region">The region; all of its inputs are float32.</param>
    /// <param name="inputShapes">Their shapes.</param>
    public ModelProto? Of(LayerGraph region, IReadOnlyList<long[]> inputShapes)
    {
        var nodes = region.Nodes.Select(n => _makers.GetValueOrDefault(n.Outputs.FirstOrDefault(o => o.Length > 0) ?? "")).ToList();
        if (nodes.Contains(null))
            return null;
        var graph = new GraphProto { Name = "region" };
        graph.Node.Add(nodes);
        graph.Input.Add(region.Inputs.Zip(inputShapes, Input));
        graph.Output.Add(region.Outputs.Select(name => new ValueInfoProto { Name = name }));
        graph.Initializer.Add(region.Constants.Select(c => Initializer(c.Key, c.Value)));
        var result = new ModelProto { IrVersion = Math.Max(model.IrVersion, LeastIr), Graph = graph };
        result.OpsetImport.Add(model.OpsetImport);
        return result;
    }

    private static string Key(NodeProto node) => node.Output.First(o => o.Length > 0);

    private static ValueInfoProto Input(string name, long[] shape)
    {
        var dims = new TensorShapeProto();
        dims.Dim.Add(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = Float, Shape = dims } } };
    }

    private static TensorProto Initializer(string name, LayerConstant constant)
    {
        var tensor = new TensorProto { Name = name, DataType = Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(constant.Values.Span)) };
        tensor.Dims.Add(constant.Shape);
        return tensor;
    }
}
