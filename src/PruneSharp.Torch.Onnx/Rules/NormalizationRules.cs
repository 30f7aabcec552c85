using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Normalizations, as they compute in eval mode.</summary>
internal static class NormalizationRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        Batch<BatchNorm1d>(), Batch<BatchNorm2d>(), Batch<BatchNorm3d>(),
        Instance<InstanceNorm1d>(1), Instance<InstanceNorm2d>(2), Instance<InstanceNorm3d>(3),
        ModuleRule.Of<LayerNorm>("LayerNormalization", (graph, m, x) => Layer(graph, x, m.normalized_shape, graph.Parameter("weight"), graph.Parameter("bias"), m.eps)),
        ModuleRule.Of<GroupNorm>("Reshape, InstanceNormalization, Mul, Add", Group),
        ModuleRule.Of<LocalResponseNorm>("LRN", (graph, m, x) => m.size % 2 == 0 || x.Rank != 4 ? throw graph.Unsupported($"it has size {m.size} and an input of rank {x.Rank}; ONNX Runtime knows odd sizes and rank 4.") : graph.Node("LRN", x, new("size", m.size), new("alpha", m.alpha), new("beta", m.beta), new("bias", m.k))),
    ];

    /// <summary>Layer normalization over the last axes.</summary>
    public static OnnxValue Layer(OnnxGraph graph, OnnxValue x, IReadOnlyList<long> shape, OnnxValue? weight, OnnxValue? bias, double eps)
    {
        weight ??= graph.Reshape(graph.Filled(1, shape.Aggregate(1L, (product, d) => product * d), x), shape);
        return graph.Node("LayerNormalization", [x, weight, bias], x.Shape, new("axis", -shape.Count), new("epsilon", eps));
    }

    private static ModuleRule Batch<T>()
        where T : BatchNorm =>
        ModuleRule.Of<T>("BatchNormalization", (graph, m, x) => m.running_mean is null || m.running_var is null ? Statistics(graph, m, x) : Running(graph, m, x));

    private static ModuleRule Instance<T>(int spatialAxes)
        where T : InstanceNorm =>
        ModuleRule.Of<T>("InstanceNormalization; BatchNormalization with running statistics", (graph, m, x) => Onnx.Batch.Of(graph, x, spatialAxes, batched =>
            m.track_running_stats && m.running_mean is not null
                ? Running(graph, m, batched)
                : graph.Node("InstanceNormalization", [batched, Scale(graph, m, batched), Shift(graph, m, batched)], batched.Shape, new OnnxAttribute("epsilon", m.eps))));

    private static OnnxValue Running(OnnxGraph graph, NormBase m, OnnxValue x) =>
        graph.Node("BatchNormalization", [x, Scale(graph, m, x), Shift(graph, m, x), graph.Parameter("running_mean"), graph.Parameter("running_var")], x.Shape, new OnnxAttribute("epsilon", m.eps));

    // Without running statistics those of the batch count in eval mode too.
    private static OnnxValue Statistics(OnnxGraph graph, NormBase m, OnnxValue x)
    {
        long[] axes = [.. Enumerable.Range(0, x.Rank).Where(axis => axis != 1).Select(axis => (long)axis)];
        var centered = graph.Subtract(x, Mean(x));
        var normal = graph.Divide(centered, graph.Node("Sqrt", graph.Add(Mean(graph.Multiply(centered, centered)), graph.Number(m.eps, x))));
        return m.affine ? graph.Add(graph.Multiply(normal, PerChannel(graph, graph.Parameter("weight")!, x.Rank)), PerChannel(graph, graph.Parameter("bias")!, x.Rank)) : normal;

        OnnxValue Mean(OnnxValue value) => graph.Node("ReduceMean", [value], [.. value.Shape.Select((d, i) => i == 1 ? d : 1)], new OnnxAttribute("axes", axes));
    }

    private static OnnxValue Group(OnnxGraph graph, GroupNorm m, OnnxValue x)
    {
        var groups = graph.Reshape(x, 0, m.num_groups, -1);
        var normal = graph.Node("InstanceNormalization", [groups, graph.Filled(1, m.num_groups, x), graph.Filled(0, m.num_groups, x)], groups.Shape, new OnnxAttribute("epsilon", m.eps));
        var result = graph.ReshapeLike(normal, x);
        if (graph.Parameter("weight") is { } weight)
            result = graph.Multiply(result, PerChannel(graph, weight, x.Rank));
        return graph.Parameter("bias") is { } bias ? graph.Add(result, PerChannel(graph, bias, x.Rank)) : result;
    }

    private static OnnxValue Scale(OnnxGraph graph, NormBase m, OnnxValue x) => graph.Parameter("weight") ?? graph.Filled(1, m.num_features, x);

    private static OnnxValue Shift(OnnxGraph graph, NormBase m, OnnxValue x) => graph.Parameter("bias") ?? graph.Filled(0, m.num_features, x);

    // One value per channel stands on axis 1, ONNX aligns at the last axis.
    private static OnnxValue PerChannel(OnnxGraph graph, OnnxValue values, int rank) =>
        rank <= 2 ? values : graph.Unsqueeze(values, [.. Enumerable.Range(1, rank - 2).Select(i => (long)i)]);
}
