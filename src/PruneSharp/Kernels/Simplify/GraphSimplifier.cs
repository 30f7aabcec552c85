using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>Finds activations that a graph spells out in several operators (SiLU, HardSwish, GELU) and writes each as one.</summary>
internal static class GraphSimplifier
{
    /// <summary>Replaces what it finds; all other nodes stay as they are, in order.</summary>
    public static List<SimpleNode> Simplify(LayerGraph graph)
    {
        LayerUses uses = new(graph.Nodes, graph.Outputs);
        Dictionary<int, SimpleNode> atLast = [];
        HashSet<int> gone = [];
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (gone.Contains(i)) continue;
            if ((Gate(graph, uses, i) ?? Gelu(graph, uses, i)) is not { } found || found.Originals.Any(gone.Contains)) continue;
            gone.UnionWith(found.Originals);
            atLast[found.Originals[^1]] = found;
        }

        List<SimpleNode> nodes = [];
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (atLast.TryGetValue(i, out SimpleNode? found)) nodes.Add(found);
            else if (!gone.Contains(i)) nodes.Add(new SimpleNode(graph.Nodes[i], [i]));
        }

        return nodes;
    }

    // x · Sigmoid(x) and x · HardSigmoid(x).
    private static SimpleNode? Gate(LayerGraph graph, LayerUses uses, int index)
    {
        LayerNode gate = graph.Nodes[index];
        bool hard = gate.Operator == "HardSigmoid" && Math.Abs(gate.Number("alpha", 0.2f) - (1f / 6)) < 1e-6f && gate.Number("beta", 0.5f) == 0.5f;
        if (gate.Domain.Length > 0 || (gate.Operator != "Sigmoid" && !hard)) return null;
        int product = uses.OnlyReader(gate.Outputs[0]);
        if (product < 0 || !Is(graph.Nodes[product], "Mul") || Other(graph.Nodes[product], gate.Outputs[0]) != gate.Inputs[0]) return null;
        return One(graph, hard ? "HardSwish" : LayerOperators.Silu, hard ? "" : LayerOperators.Domain, gate.Inputs[0], [index, product]);
    }

    // x · (1 + Erf(x / √2)) · 0.5, the half on any of the factors.
    private static SimpleNode? Gelu(LayerGraph graph, LayerUses uses, int index)
    {
        LayerNode erf = graph.Nodes[index];
        if (!Is(erf, "Erf")) return null;
        int divide = uses.Maker(erf.Inputs[0]);
        if (divide < 0 || uses.OnlyReader(erf.Inputs[0]) != index || !IsRootHalf(graph, graph.Nodes[divide])) return null;
        if (graph.Nodes[divide].Inputs.FirstOrDefault(input => !graph.Constants.ContainsKey(input)) is not { } x) return null;
        int plusOne = uses.OnlyReader(erf.Outputs[0]);
        if (plusOne < 0 || !Is(graph.Nodes[plusOne], "Add") || Scalar(graph, graph.Nodes[plusOne]) != 1) return null;
        int product = uses.OnlyReader(graph.Nodes[plusOne].Outputs[0]);
        if (product < 0 || !Is(graph.Nodes[product], "Mul")) return null;
        string other = Other(graph.Nodes[product], graph.Nodes[plusOne].Outputs[0]);
        int half = uses.Maker(other);
        if (other != x && half >= 0 && IsHalf(graph, graph.Nodes[half]) && graph.Nodes[half].Inputs.Contains(x) && uses.OnlyReader(other) == product)
            return One(graph, "Gelu", "", x, [divide, index, plusOne, half, product]);
        half = uses.OnlyReader(graph.Nodes[product].Outputs[0]);
        return other == x && half >= 0 && IsHalf(graph, graph.Nodes[half]) ? One(graph, "Gelu", "", x, [divide, index, plusOne, product, half]) : null;
    }

    private static bool IsRootHalf(LayerGraph graph, LayerNode node) =>
        (Is(node, "Div") && graph.Constants.ContainsKey(node.Inputs[1]) && Near(Scalar(graph, node), MathF.Sqrt(2)))
        || (Is(node, "Mul") && Near(Scalar(graph, node), MathF.Sqrt(0.5f)));

    // A constant such as [1, 1, 1, 1] would give a matrix more axes.
    private static bool AddsAxes(LayerGraph graph, LayerNode node, LayerConstant constant) =>
        constant.Shape.Length > 1 && graph.Shapes.TryGetValue(node.Outputs[0], out ImmutableArray<long> to)
        && node.Inputs.Any(input => graph.Shapes.TryGetValue(input, out ImmutableArray<long> from) && !graph.Constants.ContainsKey(input) && from.Length < to.Length);

    private static bool IsHalf(LayerGraph graph, LayerNode node) => Is(node, "Mul") && Scalar(graph, node) == 0.5f;

    private static bool Near(float value, float expected) => Math.Abs(value - expected) < 1e-4f;

    private static bool Is(LayerNode node, string name) => node.Operator == name && node.Domain.Length == 0;

    // The value of the constant with one element among two inputs; NaN where there is none.
    private static float Scalar(LayerGraph graph, LayerNode node)
    {
        foreach (string input in node.Inputs)
        {
            if (graph.Constants.TryGetValue(input, out LayerConstant? constant) && constant.Values.Length == 1 && !AddsAxes(graph, node, constant)) return constant.Values.Span[0];
        }

        return float.NaN;
    }

    private static string Other(LayerNode node, string input) => node.Inputs[0] == input ? node.Inputs[1] : node.Inputs[0];

    private static SimpleNode One(LayerGraph graph, string name, string domain, string input, ReadOnlySpan<int> nodes)
    {
        ImmutableArray<int> originals = [.. nodes.ToArray().Order()];
        LayerNode last = graph.Nodes[originals[^1]];
        return new SimpleNode(new LayerNode(last.Name, name, domain, [input], last.Outputs, new Dictionary<string, LayerAttribute>()), originals);
    }
}
