using System.Collections.Immutable;
using Google.Protobuf;
using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>A model in which regions of the main graph are replaced by one node each.</summary>
public static class RegionReplacement
{
    /// <summary>The operator set of the nodes.</summary>
    public const string Domain = "prunesharp";

    /// <summary>The operator of the nodes.</summary>
    public const string Operator = "SparseRegion";

    /// <summary>The integer attribute of the nodes that says which region it is.</summary>
    public const string Attribute = "region";

    /// <summary>
    /// The model in memory, nodes in an order in which they can run. What nothing needs any more (weights that only regions read, say) is left out; values that stand
    /// outside the file stay there; everything else keeps its bytes.
    /// </summary>
    /// <param name="layers">The model.</param>
    /// <param name="regions">Positions of the nodes of each region in <see cref="ModelLayers.Graph"/>, ascending; no node in two of them.</param>
    /// <param name="numbers">The value of <see cref="Attribute"/> for each region.</param>
    /// <exception cref="ArgumentException">Replacing the regions would make a circle.</exception>
    /// <exception cref="InvalidModelException">The result would not fit into memory (2 GiB).</exception>
    public static byte[] Bytes(ModelLayers layers, ImmutableArray<ImmutableArray<int>> regions, ImmutableArray<long> numbers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var model = layers.Model;
        var graph = model.Proto.Graph;
        var order = Order(layers, regions, numbers);
        var (nodes, needed) = Needed(graph, order);
        var place = model.Places[graph];
        var edits = graph.Node.Select(n => WireEdit.Removing(model.Places[n])).ToList();
        edits.Add(Nodes(model, place, nodes));
        foreach (var initializer in graph.Initializer.Where(i => !needed.Contains(i.Name)))
            edits.Add(WireEdit.Removing(model.Places[initializer]));
        foreach (var sparse in graph.SparseInitializer.Where(s => s.Values is not null && !needed.Contains(s.Values.Name)))
            edits.Add(WireEdit.Removing(model.Places[sparse]));
        if (model.Proto.IrVersion < ModelEdits.LeastIrOfPlainConstants && graph.Initializer.Select(i => i.Name).ToHashSet(StringComparer.Ordinal) is var constants)
            foreach (var input in graph.Input.Where(i => constants.Contains(i.Name) && !needed.Contains(i.Name)))
                edits.Add(WireEdit.Removing(model.Places[input]));
        foreach (string output in regions.SelectMany(region => layers.Graph.Part(region).Outputs))
            if (Declared(layers, output) is { } declared)
                edits.Add(WireEdit.Of(place, place.End, 0, WireSplice.Field(13, declared.ToByteArray())));
        var root = model.Places[model.Proto];
        if (model.Proto.OpsetImport.All(o => o.Domain != Domain))
            edits.Add(WireEdit.Of(root, root.End, 0, WireSplice.Field(8, new OperatorSetIdProto { Domain = Domain, Version = 1 }.ToByteArray())));
        return WireSplice.ToArray(model, edits);
    }

    // ONNX Runtime cannot infer the shape of what our operator makes; unknown dimensions are left open.
    private static ValueInfoProto? Declared(ModelLayers layers, string output)
    {
        var graph = layers.Model.Proto.Graph;
        if (!layers.Graph.Shapes.TryGetValue(output, out var dims) || graph.ValueInfo.Concat(graph.Output).Any(v => v.Name == output))
            return null;
        var shape = new TensorShapeProto();
        shape.Dim.Add(dims.Select(size => size < 0 ? new TensorShapeProto.Types.Dimension() : new() { DimValue = size }));
        return new() { Name = output, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }

    private static IReadOnlyList<NodeProto> Order(ModelLayers layers, ImmutableArray<ImmutableArray<int>> regions, ImmutableArray<long> numbers)
    {
        var all = layers.Nodes.Select((node, i) => (Node: node, Position: i)).ToDictionary(n => n.Position, n => n.Node);
        for (int i = 0; i < regions.Length; i++)
        {
            var node = Node(layers.Graph.Part(regions[i]), numbers[i]);
            foreach (int position in regions[i])
                all.Remove(position);
            all.Add(regions[i][^1], node);
        }

        var before = layers.Nodes.ToHashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        NodeProto[] nodes = [.. layers.Model.Proto.Graph.Node.Where(n => !before.Contains(n)), .. all.OrderBy(n => n.Key).Select(n => n.Value)];
        var order = NodeOrder.Of(nodes);
        return order.Count == nodes.Length ? order : throw new ArgumentException("Replacing the regions by one node each makes a circle.", nameof(regions));
    }

    private static NodeProto Node(LayerGraph region, long number) => new()
    {
        Name = $"{Operator}_{number}",
        OpType = Operator,
        Domain = Domain,
        Input = { region.Inputs },
        Output = { region.Outputs },
        Attribute = { new AttributeProto { Name = Attribute, Type = AttributeProto.Types.AttributeType.Int, I = number } },
    };

    private static (IReadOnlyList<NodeProto> Nodes, HashSet<string> Names) Needed(GraphProto graph, IReadOnlyList<NodeProto> order)
    {
        var names = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var nodes = new List<NodeProto>();
        foreach (var node in order.Reverse().Where(n => n.Output.Any(names.Contains)))
        {
            nodes.Add(node);
            names.UnionWith(node.Input.Concat(Captured.By(node)).Where(name => name.Length > 0));
        }

        nodes.Reverse();
        return (nodes, names);
    }

    private static WireEdit Nodes(OnnxModel model, WireMessage graph, IReadOnlyList<NodeProto> nodes)
    {
        var parts = nodes.Select(n => (Place: model.Places.GetValueOrDefault(n), Bytes: model.Places.ContainsKey(n) ? [] : WireSplice.Field(1, n.ToByteArray()))).ToList();
        long start = model.Proto.Graph.Node.Min(n => model.Places[n].TagStart);
        return new(graph, start, 0, parts.Sum(p => p.Place is { } place ? place.End - place.TagStart : p.Bytes.Length), stream =>
        {
            foreach (var (place, bytes) in parts)
            {
                if (place is null)
                    stream.Write(bytes);
                else
                    model.Source.CopyTo(stream, place.TagStart, place.End - place.TagStart);
            }
        });
    }
}
