using System.Collections.Immutable;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Graphs and plans for tests of decisions.</summary>
internal static class DecisionGraphs
{
    /// <summary>y = relu(conv(softmax(relu(conv(x))))): convolutions 0 and 3 with three zeros of four.</summary>
    public static LayerGraph Chain(float weight = 1, long size = 4)
    {
        GraphSketch sketch = new();
        string a = sketch.Each("Relu", Conv(sketch.Input("x", 1, 1, size, size)));
        return sketch.Graph(sketch.Each("Relu", Conv(sketch.Each("Softmax", a))));

        string Conv(string x) => sketch.Conv(x, [1, 1, 2, 2], [0, weight, 0, 0], pads: [0, 0, 1, 1]);
    }

    /// <summary>A plan for <see cref="Chain"/>.</summary>
    public static RegionPlan Plan(params int[][] regions) => new(
        [.. regions.Select(region => region.ToImmutableArray())],
        [Layer("n0", regions.Any(region => region.Contains(0))), Layer("n3", regions.Any(region => region.Contains(3)))]);

    private static LayerDecision Layer(string node, bool claimed) => new(node, "Conv", 0.75, claimed, claimed ? "rows" : "", "its \"region\" is 2.00x as fast as dense");
}
