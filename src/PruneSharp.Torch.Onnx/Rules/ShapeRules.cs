using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Modules that only move elements.</summary>
internal static class ShapeRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<Flatten>("Flatten, Reshape", Flatten),
        ModuleRule.Of<Unflatten>("Reshape", Unflatten),
        ModuleRule.Of<PixelShuffle>("DepthToSpace", (graph, m, x) => Batch.Of(graph, x, 2, batched => graph.Node(
            "DepthToSpace",
            [batched],
            [batched.Shape[0], batched.Shape[1] / (m.upscale_factor * m.upscale_factor), batched.Shape[2] * m.upscale_factor, batched.Shape[3] * m.upscale_factor],
            new("blocksize", m.upscale_factor),
            new("mode", "CRD")))),
        ModuleRule.Of<PixelUnshuffle>("SpaceToDepth, Gather", (graph, m, x) => Batch.Of(graph, x, 2, batched => Unshuffle(graph, batched, m.downscale_factor))),
        ModuleRule.Of<ChannelShuffle>("Gather", (graph, m, x) => graph.Take(x, 1, [.. Order(Channels(graph, x), m.groups)])),
    ];

    private static OnnxValue Flatten(OnnxGraph graph, Flatten module, OnnxValue x)
    {
        if (x.Rank == 0)
            return graph.Reshape(x, 1);
        int first = Shapes.Axis(module.start_dim, x.Rank), last = Shapes.Axis(module.end_dim, x.Rank);
        if (first == last)
            return x;
        if (first == 1 && last == x.Rank - 1)
            return graph.Node("Flatten", [x], [x.Shape[0], Shapes.Product(x.Shape.Skip(1))], new OnnxAttribute("axis", 1));
        return Replace(graph, x, first, last - first + 1, [Shapes.Product(x.Shape.Skip(first).Take(last - first + 1))]);
    }

    private static OnnxValue Unflatten(OnnxGraph graph, Unflatten module, OnnxValue x) =>
        Replace(graph, x, Shapes.Axis(module.dim, x.Rank), 1, [.. module.unflattened_size.Select(d => d < 0 ? (long?)null : d)]);

    // The axes before the replaced ones are kept by their place; those behind only where they are known, or are read when the model runs.
    private static OnnxValue Replace(OnnxGraph graph, OnnxValue x, int first, int count, IReadOnlyList<long?> by)
    {
        var behind = x.Shape.Skip(first + count).ToList();
        IReadOnlyList<long?> shape = [.. x.Shape.Take(first), .. by, .. behind];
        List<long> target = [.. Enumerable.Repeat(0L, first), .. by.Concat(behind).Select(d => d ?? -1)];
        if (target.Count(d => d == -1) <= 1)
            return graph.Node("Reshape", [x, graph.Integers(target)], shape);
        var sizes = graph.ShapeOf(x);
        var tail = graph.Slice(sizes, 0, first + count, long.MaxValue, behind.Count);
        return graph.Node("Reshape", [x, graph.Concat(0, graph.Integers([.. target.Take(first + by.Count)]), tail)], shape);
    }

    // ONNX puts the place in the block before the channel, Torch behind it.
    private static OnnxValue Unshuffle(OnnxGraph graph, OnnxValue x, long block)
    {
        var moved = graph.Node("SpaceToDepth", [x], [x.Shape[0], x.Shape[1] * block * block, x.Shape[2] / block, x.Shape[3] / block], new OnnxAttribute("blocksize", block));
        return graph.Take(moved, 1, [.. Order(Channels(graph, x) * block * block, block * block)]);
    }

    // [groups, each] transposed to [each, groups].
    private static IEnumerable<long> Order(long count, long groups)
    {
        long each = count / groups;
        for (long i = 0; i < count; i++)
            yield return i % groups * each + i / groups;
    }

    private static long Channels(OnnxGraph graph, OnnxValue x) => x.Shape[1] ?? throw graph.Unsupported("the number of channels of its input must be known. Give it instead of -1.");
}
