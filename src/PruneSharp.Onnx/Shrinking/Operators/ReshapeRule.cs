namespace PruneSharp.Onnx;

/// <summary>
/// Reshape and Flatten in mixed radix: every axis is a range of strides of the flat order. Equal ranges are the same axis; where one axis
/// is split into several or several merge into one, one of them shrinks with it and the others stay.
/// </summary>
internal sealed class ReshapeRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || Size(x) != Size(y) || Size(x) == 0)
            return "its shapes do not match";
        foreach (var tensor in new[] { x, y })
            coupling.PinAxes(tensor, Enumerable.Range(0, tensor.Rank).Where(axis => tensor.Dims![axis] == 1), "axis of size 1");
        // From the fastest axes on, the least groups of axes on both sides that hold the same number of elements.
        int[] from = Axes(x), to = Axes(y);
        for (int i = from.Length, j = to.Length; i > 0 && j > 0;)
        {
            int lastI = i, lastJ = j;
            long sizeI = x.Dims![from[--i]], sizeJ = y.Dims![to[--j]];
            while (sizeI != sizeJ)
            {
                if (sizeI < sizeJ)
                    sizeI *= x.Dims[from[--i]];
                else
                    sizeJ *= y.Dims[to[--j]];
            }

            Couple(node, coupling, x, from[i..lastI], y, to[j..lastJ]);
        }

        return null;
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        if (node.Op == "Flatten")
            return;
        var y = node.Output(0)!;
        if (node.Input(1) is null)
        {
            // Version 1 has the shape as an attribute.
            if (Enumerable.Range(0, y.Rank).Any(axis => rewriting.Changed(y, axis)))
                rewriting.SetInts(node, "shape", [.. node.Ints("shape")!.Select((dim, axis) => dim <= 0 ? dim : rewriting.Size(y, axis))]);
            return;
        }

        rewriting.RequireReshape(node);
    }

    private static long Size(GraphTensor tensor) => tensor.Dims!.Aggregate(1L, (product, dim) => product * dim);

    private static int[] Axes(GraphTensor tensor) => [.. Enumerable.Range(0, tensor.Rank).Where(axis => tensor.Dims![axis] != 1)];

    private static void Couple(GraphNode node, Coupling coupling, GraphTensor x, int[] from, GraphTensor y, int[] to)
    {
        if (from.Length == 1 && to.Length == 1)
            coupling.Same(x, from[0], y, to[0]);
        else if (to.Length == 1)
            Nest(coupling, new(node, true, to[0]), y, x, from);
        else if (from.Length == 1)
            Nest(coupling, new(node, false, from[0]), x, y, to);
        else
            Overlap(coupling, x, from, y, to);
    }

    private static void Nest(Coupling coupling, ReshapeSite site, GraphTensor coarse, GraphTensor fine, int[] axes)
    {
        if (coupling.Live(site, axes) is not { } live)
            return;
        if (live < 0)
            coupling.Pin(coarse, site.CoarseAxis, "axes that are merged or split, none of which can shrink");
        coupling.PinAxes(fine, axes.Where(axis => axis != live), "merged with or split from an axis that shrinks in another of its parts");
        int stride = 1;
        foreach (int axis in axes.Reverse())
        {
            int size = fine.Dims![axis];
            for (int i = 0; axis == live && i < coarse.Dims![site.CoarseAxis]; i++)
                coupling.Same(coarse, site.CoarseAxis, i, fine, axis, i / stride % size);
            stride *= size;
        }
    }

    // Where axes of one side cross those of the other, the slowest can go in whole blocks, and the fastest at the same place of all blocks.
    private static void Overlap(Coupling coupling, GraphTensor x, int[] from, GraphTensor y, int[] to)
    {
        coupling.PinAxes(x, from[1..^1], "partly merged with other axes");
        coupling.PinAxes(y, to[1..^1], "partly merged with other axes");
        Tie(coupling, x, from[0], y, to[0], (i, size, of) => i / (of / size));
        Tie(coupling, x, from[^1], y, to[^1], (i, size, _) => i % size);
    }

    // Each index of the longer axis with its place on the shorter one.
    private static void Tie(Coupling coupling, GraphTensor x, int axisX, GraphTensor y, int axisY, Func<int, int, int, int> place)
    {
        var ((longer, axisL), (shorter, axisS)) = x.Dims![axisX] >= y.Dims![axisY] ? ((x, axisX), (y, axisY)) : ((y, axisY), (x, axisX));
        int count = longer.Dims![axisL], size = shorter.Dims![axisS];
        if (count % size != 0)
        {
            coupling.Pin(longer, axisL, "partly merged with other axes");
            coupling.Pin(shorter, axisS, "partly merged with other axes");
            return;
        }

        for (int i = 0; i < count; i++)
            coupling.Same(longer, axisL, i, shorter, axisS, place(i, size, count));
    }
}
