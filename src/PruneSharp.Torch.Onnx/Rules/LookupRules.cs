using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Modules that look rows up by index.</summary>
internal static class LookupRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All => [ModuleRule.Of<Embedding>("Gather", (graph, _, x) => Embedding(graph, x))];

    private static OnnxValue Embedding(OnnxGraph graph, OnnxValue x)
    {
        if (x.Type is not (ScalarType.Int64 or ScalarType.Int32))
            throw graph.Unsupported($"its input is {x.Type}; it takes indices. Give the input the type Int64.");
        var table = graph.Parameter("weight")!;
        return graph.Node("Gather", [table, x], [.. x.Shape, table.Shape[1]], new OnnxAttribute("axis", 0));
    }
}
