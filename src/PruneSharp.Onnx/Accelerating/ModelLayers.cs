using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The main graph of a model in the terms of the sparse engine.</summary>
public sealed class ModelLayers
{
    private ModelLayers(OnnxModel model, IReadOnlyList<NodeProto> nodes, LayerGraph graph)
    {
        Model = model;
        Nodes = nodes;
        Graph = graph;
    }

    /// <summary>
    /// The graph. Nodes whose values are float32 constants are left out of it. Shapes are inferred without running the model; a dimension is negative where it changes with
    /// those of the inputs.
    /// </summary>
    public LayerGraph Graph { get; }

    /// <summary>The model.</summary>
    internal OnnxModel Model { get; }

    /// <summary>The nodes of <see cref="LayerGraph.Nodes"/> as the file has them.</summary>
    internal IReadOnlyList<NodeProto> Nodes { get; }

    /// <summary>Converts a model.</summary>
    /// <exception cref="InvalidModelException">Its nodes need each other in a circle, or a packed weight is damaged.</exception>
    public static ModelLayers Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = model.Proto.Graph;
        var order = NodeOrder.Of(graph.Node);
        if (order.Count != graph.Node.Count)
            throw new InvalidModelException(model.Name, $"{graph.Node.Count - order.Count} of its {graph.Node.Count} nodes need each other in a circle.");
        var constants = FloatConstants.Of(model);
        NodeProto[] nodes = [.. order.Where(n => n.Output.Count == 0 || !n.Output.All(constants.ContainsKey))];
        var fixedNames = constants.Keys.Concat(graph.Initializer.Select(i => i.Name)).ToHashSet(StringComparer.Ordinal);
        if (model.Proto.IrVersion >= ModelEdits.LeastIrOfPlainConstants)
            fixedNames.ExceptWith(graph.Input.Select(i => i.Name));
        return new(model, nodes, new()
        {
            Nodes = [.. nodes.Select(LayerNodes.Of)],
            Inputs = [.. graph.Input.Select(i => i.Name).Where(name => !fixedNames.Contains(name))],
            Outputs = [.. graph.Output.Select(o => o.Name)],
            Constants = constants,
            Shapes = LayerShapes.Of(model),
            Floats = FloatValues.Of(graph, order, constants.Keys),
        });
    }
}
