using System.Collections.Immutable;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class DecisionKeyTests
{
    private static readonly AccelerateOptions _options = new() { Threads = 2 };

    [Fact]
    public void Of_says_what_was_measured_on_and_with()
    {
        string key = DecisionKey.Of(DecisionGraphs.Chain(), _options, "1.31.1");
        Assert.Contains(ProcessorName.Value, key, StringComparison.Ordinal);
        Assert.Contains("; ONNX Runtime 1.31.1; threads 2; min sparsity 0.3; Measured; Float32; crc32 ", key, StringComparison.Ordinal);
        Assert.Equal(key, DecisionKey.Of(DecisionGraphs.Chain(), _options, "1.31.1"));
    }

    [Fact]
    public void Of_changes_with_everything_that_a_decision_depends_on()
    {
        LayerGraph graph = DecisionGraphs.Chain();
        LayerNode node = graph.Nodes[0];
        string[] keys =
        [
            Key(graph),
            DecisionKey.Of(graph, _options with { Threads = 1 }, "1.31.1"),
            DecisionKey.Of(graph, _options with { MinSparsity = 0.5 }, "1.31.1"),
            DecisionKey.Of(graph, _options with { Storage = ValueStorage.Int8 }, "1.31.1"),
            DecisionKey.Of(graph, _options, "1.31.2"),
            Key(DecisionGraphs.Chain(weight: 2)),
            Key(DecisionGraphs.Chain(size: 5)),
            Key(Copy(graph, graph.Nodes.SetItem(0, node with { Name = "other" }))),
            Key(Copy(graph, graph.Nodes.SetItem(0, node with { Inputs = [node.Inputs[0], "other"] }))),
            Key(Copy(graph, graph.Nodes.SetItem(0, node with { Outputs = ["other"] }))),
            Key(Copy(graph, graph.Nodes.SetItem(0, node with { Operator = "Other" }))),
            Key(Copy(graph, graph.Nodes.SetItem(0, node with { Domain = "other" }))),
            Key(Copy(graph, graph.Nodes.SetItem(0, node with { Attributes = new Dictionary<string, LayerAttribute> { ["group"] = LayerAttribute.Of(1) } }))),
            Key(Copy(graph, graph.Nodes, outputs: ["conv0"])),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Of_does_not_depend_on_the_order_of_names_without_one()
    {
        LayerGraph graph = DecisionGraphs.Chain();
        LayerGraph turned = new()
        {
            Nodes = graph.Nodes,
            Inputs = graph.Inputs,
            Outputs = graph.Outputs,
            Constants = graph.Constants.Reverse().ToDictionary(),
            Shapes = graph.Shapes.Reverse().ToDictionary(),
            Floats = graph.Floats.Reverse().ToHashSet(),
        };
        Assert.Equal(Key(graph), Key(turned));
    }

    private static string Key(LayerGraph graph) => DecisionKey.Of(graph, _options, "1.31.1");

    private static LayerGraph Copy(LayerGraph graph, ImmutableArray<LayerNode> nodes, ImmutableArray<string>? outputs = null) => new()
    {
        Nodes = nodes,
        Inputs = graph.Inputs,
        Outputs = outputs ?? graph.Outputs,
        Constants = graph.Constants,
        Shapes = graph.Shapes,
        Floats = graph.Floats,
    };
}
