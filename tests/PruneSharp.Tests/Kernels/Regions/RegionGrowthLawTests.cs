using CsCheck;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class RegionGrowthLawTests
{
    [Fact]
    public void Regions_of_any_graph_can_be_replaced_by_one_node_each_and_be_built() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                LayerGraph graph = Random(new RandomLayers(seed));
                RegionPlan plan = RegionFinder.Find(graph, new AccelerateOptions { MinSparsity = 0, Claim = ClaimRule.Always }, timer: null);
                int[] regionOf = [.. Enumerable.Range(0, graph.Nodes.Length).Select(i => graph.Nodes.Length + i)];
                for (int region = 0; region < plan.Regions.Length; region++)
                {
                    foreach (int node in plan.Regions[region])
                    {
                        Assert.True(regionOf[node] >= graph.Nodes.Length, "A node lies in two regions.");
                        regionOf[node] = region;
                    }

                    RegionModelBuilder.Build(graph.Part(plan.Regions[region]));
                }

                Assert.True(IsAcyclic(graph, regionOf), string.Join("; ", graph.Nodes.Select((node, i) => $"{i} {node.Operator}({string.Join(", ", node.Inputs)}) in {regionOf[i]}")));
            },
            iter: 1000);

    [Fact]
    public void Regions_of_any_graph_compute_what_their_operators_do() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                RandomLayers layers = new(seed);
                LayerGraph graph = Random(layers);
                foreach (var region in RegionFinder.Find(graph, new AccelerateOptions { MinSparsity = 0, Claim = ClaimRule.Always }, timer: null).Regions)
                {
                    LayerGraph part = graph.Part(region);
                    EngineAgreement.CheckOne(part, seed, [.. part.Inputs.Select(input => Tensor.Of(layers.Random, [.. graph.Shapes[input]]))]);
                }
            },
            iter: 60);

    [Fact]
    public void IsAcyclic_finds_a_cycle_that_joining_makes()
    {
        GraphSketch sketch = new();
        string a = sketch.Each("Relu", sketch.Input("x", 1)), b = sketch.Each("Softmax", a), c = sketch.Each("Add", a, b);
        Assert.False(IsAcyclic(sketch.Graph(c), [0, 4, 0]));
        Assert.True(IsAcyclic(sketch.Graph(c), [3, 4, 5]));
    }

    // Every value is [1, 2, 4, 4], so that everything can read everything.
    private static LayerGraph Random(RandomLayers layers)
    {
        GraphSketch sketch = layers.Sketch;
        List<string> values = [sketch.Input("x", 1, 2, 4, 4), sketch.Input("y", 1, 2, 4, 4)];
        for (int count = layers.Next(1, 20); count > 0; count--)
        {
            string a = layers.Pick([.. values]), b = layers.Pick([.. values]);
            values.Add(layers.Next(0, 16) switch
            {
                0 or 1 or 2 => sketch.Conv(a, [2, 2, 1, 1], [1, 0, 0, 2]),
                3 => sketch.Each("BatchNormalization", a, sketch.Row(1, 1), sketch.Row(1, 1), sketch.Row(1, 1), sketch.Row(1, 1)),
                4 => sketch.Each("Erf", a),
                5 => sketch.MatMul(a, [4, 4], new float[16]),
                6 => sketch.Each("Add", a, sketch.Row(1, 2, 3, 4)),
                7 => sketch.Each("Relu", a),
                8 => sketch.Each("Mul", a, sketch.Each("Sigmoid", a)),
                9 => sketch.Each("Mul", a, sketch.Each("Sigmoid", sketch.Conv(sketch.Mean(a), [2, 2, 1, 1], [1, 0, 0, 2]))),
                10 => sketch.Each("Mul", sketch.Each("Mul", a, sketch.Each("Add", sketch.Each("Erf", sketch.Each("Div", a, sketch.Row(1.41421356f))), sketch.Row(1))), sketch.Row(0.5f)),
                _ => sketch.Each("Add", a, b),
            });
        }

        return sketch.Graph([.. values.Skip(2).Where(_ => layers.Next(0, 4) == 0).Append(values[^1]).Distinct()]);
    }

    private static bool IsAcyclic(LayerGraph graph, int[] regionOf)
    {
        LayerUses uses = new(graph.Nodes, graph.Outputs);
        HashSet<(int From, int To)> edges = [];
        for (int i = 0; i < regionOf.Length; i++)
        {
            foreach (int maker in graph.Nodes[i].Inputs.Select(uses.Maker).Where(maker => maker >= 0 && regionOf[maker] != regionOf[i])) edges.Add((regionOf[maker], regionOf[i]));
        }

        HashSet<int> left = [.. regionOf];
        while (left.FirstOrDefault(node => !edges.Any(edge => edge.To == node), -1) is var free and >= 0)
        {
            left.Remove(free);
            edges.RemoveWhere(edge => edge.From == free);
        }

        return left.Count == 0;
    }
}
