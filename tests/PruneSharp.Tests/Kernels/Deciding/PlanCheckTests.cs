using System.Collections.Immutable;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class PlanCheckTests
{
    private readonly LayerGraph _graph = DecisionGraphs.Chain();

    [Fact]
    public void Refusal_plan_of_the_graph_is_null()
    {
        Assert.Null(PlanCheck.Refusal(_graph, DecisionGraphs.Plan([0, 1], [3, 4])));
        Assert.Null(PlanCheck.Refusal(_graph, DecisionGraphs.Plan()));
        RegionPlan found = RegionFinder.Find(_graph, new AccelerateOptions { Claim = ClaimRule.Always }, null);
        Assert.Equal(2, found.Regions.Length);
        Assert.Null(PlanCheck.Refusal(_graph, found));
    }

    public static TheoryData<string, int[][]> Wrong => new()
    {
        { "region 0 has no nodes", [[]] },
        { "region 0 has node -1 of 5", [[-1, 0]] },
        { "region 1 has node 5 of 5", [[0], [3, 5]] },
        { "region 0 has node 2147483647 of 5", [[0, int.MaxValue]] },
        { "region 0 has node 0 after node 1", [[1, 0]] },
        { "region 0 has node 0 after node 0", [[0, 0]] },
        { "node 1 is in region 0 and in region 1", [[0, 1], [1]] },
        { "its regions need each other in a circle", [[0, 1, 3, 4]] },
        { "Softmax 'n2' cannot be run: the engine does not have the operator", [[0, 1, 2, 3, 4]] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Refusal_regions_that_do_not_fit_says_why(string expected, int[][] regions) => Assert.Equal(expected, PlanCheck.Refusal(_graph, DecisionGraphs.Plan(regions)));

    [Fact]
    public void Refusal_layers_of_another_graph_says_which()
    {
        RegionPlan plan = DecisionGraphs.Plan([0, 1]);
        Assert.Equal("its decision 0 is not that of 'n0'", PlanCheck.Refusal(_graph, plan with { Layers = plan.Layers.SetItem(0, plan.Layers[0] with { Node = "other" }) }));
        Assert.Equal("its decision 1 is not that of 'n3'", PlanCheck.Refusal(_graph, plan with { Layers = [plan.Layers[0]] }));
        Assert.Equal("its decision 1 is not that of 'n3'", PlanCheck.Refusal(_graph, plan with { Layers = plan.Layers.SetItem(1, plan.Layers[1] with { Claimed = true }) }));
        Assert.Equal("it has 3 layers, the graph has 2", PlanCheck.Refusal(_graph, plan with { Layers = plan.Layers.Add(plan.Layers[0]) }));
    }

    [Fact]
    public void Refusal_half_of_an_activation_that_is_one_operator_is_named()
    {
        GraphSketch sketch = new();
        string a = sketch.Conv(sketch.Input("x", 1, 1, 4, 4), [1, 1, 1, 1], [1]);
        LayerGraph graph = sketch.Graph(sketch.Each("Mul", a, sketch.Each("Sigmoid", a)));
        ImmutableArray<LayerDecision> layers = [new("n0", "Conv", 0, true, "rows", "")];
        Assert.Null(PlanCheck.Refusal(graph, new RegionPlan([[0, 1, 2]], layers)));
        Assert.Equal("a region has a part of 'n2'", PlanCheck.Refusal(graph, new RegionPlan([[0, 1]], layers)));
    }

    [Fact]
    public void Refusal_random_plans_never_throw()
    {
        Random random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            int[][] regions = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(-1, 6)).ToArray())];
            PlanCheck.Refusal(_graph, DecisionGraphs.Plan(regions));
        }
    }
}
