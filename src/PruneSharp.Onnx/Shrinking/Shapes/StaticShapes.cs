using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Infers shapes without running the model: for models that no runtime at hand can run.</summary>
public static class StaticShapes
{
    /// <summary>
    /// The shapes under one sample of sizes, or under two that differ in every dynamic dimension but the channels of images. Outputs of operators that are not known have the
    /// shape that the model declares for them, or no entry. Never fails on a model that was opened.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="dimensions">
    /// By sample, sizes of dynamic dimensions by name (<c>input.axis</c> where the model gives none); those left out are chosen. Null for two samples, or one where all
    /// dimensions are fixed.
    /// </param>
    public static ModelShapes Infer(OnnxModel model, IReadOnlyList<IReadOnlyDictionary<string, long>>? dimensions = null)
    {
        var graph = model.Proto.Graph;
        var constants = new ConstantTensors(model);
        var order = NodeOrder.Of(graph.Node);
        var samples = new List<IReadOnlyDictionary<string, ObservedTensor>>();
        for (int i = 0; i < (dimensions?.Count ?? 2); i++)
        {
            var sizes = new SymbolSizes(graph, constants.Tensors, dimensions?[i], i == 0);
            if (i > 0 && sizes.AreFixed)
                break;
            samples.Add(Infer(model, constants, order, sizes));
        }

        return new(samples);
    }

    private static Dictionary<string, ObservedTensor> Infer(OnnxModel model, ConstantTensors constants, IReadOnlyList<NodeProto> order, SymbolSizes sizes)
    {
        var graph = model.Proto.Graph;
        var known = new Dictionary<string, ObservedTensor>(constants.Tensors, StringComparer.Ordinal);
        foreach (var (name, shape) in SymbolSizes.Inputs(graph, constants.Tensors))
            if (sizes.Dims(name, shape) is { } dims)
                known[name] = new(dims);
        var opsets = model.Proto.OpsetImport.GroupBy(o => o.Domain == "ai.onnx" ? "" : o.Domain, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Max(o => o.Version), StringComparer.Ordinal);
        var functions = model.Proto.Functions.Select(f => (f.Domain, f.Name)).ToHashSet();
        var declared = graph.ValueInfo.Concat(graph.Output).GroupBy(v => v.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Type?.TensorType?.Shape, StringComparer.Ordinal);
        foreach (var node in order)
        {
            long opset = opsets.GetValueOrDefault(node.Domain == "ai.onnx" ? "" : node.Domain, 1);
            var view = new NodeShapes(node, opset, [.. node.Input.Select(known.GetValueOrDefault)], tensor => SmallConstants.Integers(model, tensor), constants.Floats);
            var outputs = functions.Contains((node.Domain, node.OpType)) ? null
                : IntegerEvaluator.Evaluate(view) ?? ShapeRules.Apply(view)?.Select(dims => dims is null ? null : new ObservedTensor(dims)).ToArray();
            for (int i = 0; i < node.Output.Count; i++)
            {
                string name = node.Output[i];
                if (name.Length == 0 || known.ContainsKey(name))
                    continue;
                if (outputs?.ElementAtOrDefault(i) is { } tensor)
                    known[name] = tensor;
                else if (declared.GetValueOrDefault(name) is { } shape && sizes.Dims(name, shape) is { } dims)
                    known[name] = new(dims);
            }
        }

        return known;
    }
}
