namespace PruneSharp.Onnx;

/// <summary>
/// Slice with steps of 1 at places that do not depend on the input. Where it cuts is written anew: a place computed from the number of
/// channels would move when they become fewer.
/// </summary>
internal sealed class SliceRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || y.Rank != x.Rank)
            return "its shapes do not match";
        if (Axes(node) is not { } axes)
            return "its axes depend on the input";
        for (int axis = 0; axis < x.Rank; axis++)
        {
            int place = Array.IndexOf(axes, axis);
            if (place < 0)
            {
                coupling.Same(x, axis, y, axis);
            }
            else if (Start(node, place, x, axis) is { } start && start + y.Dims![axis] <= x.Dims![axis])
            {
                for (int i = 0; i < y.Dims[axis]; i++)
                    coupling.Same(x, axis, start + i, y, axis, i);
            }
            else
            {
                coupling.Pin(x, axis, "cut at places that depend on the input, or with steps");
                coupling.Pin(y, axis, "cut at places that depend on the input, or with steps");
            }
        }

        return null;
    }

    public override void Rewrite(GraphNode node, Rewriting rewriting)
    {
        var x = node.Input(0)!;
        var y = node.Output(0)!;
        int[] axes = Axes(node)!;
        bool Cut(int place) => rewriting.Changed(x, axes[place]) || rewriting.Changed(y, axes[place]);
        int Kept(int place, int before) => rewriting.Kept(x, axes[place]).Count(i => i < before);
        long NewStart(int place) => Kept(place, Start(node, place, x, axes[place])!.Value);
        long NewEnd(int place) => Kept(place, Start(node, place, x, axes[place])!.Value + y.Dims![axes[place]]);
        if (node.Input(1) is null)
        {
            if (!Enumerable.Range(0, axes.Length).Any(Cut))
                return;
            rewriting.SetInts(node, "starts", [.. node.Ints("starts")!.Select((start, place) => Cut(place) ? NewStart(place) : start)]);
            rewriting.SetInts(node, "ends", [.. node.Ints("ends")!.Select((end, place) => Cut(place) ? NewEnd(place) : end)]);
            return;
        }

        rewriting.Require(node, 1, sample => [.. axes.Select((_, place) => Cut(place) ? NewStart(place) : rewriting.Before(node.Input(1)!, sample)?[place])]);
        rewriting.Require(node, 2, sample => [.. axes.Select((_, place) => Cut(place) ? NewEnd(place) : rewriting.Before(node.Input(2)!, sample)?[place])]);
    }

    private static int[]? Axes(GraphNode node)
    {
        int rank = node.Input(0)!.Rank;
        var axes = node.Ints("axes", 3);
        if (axes is null && node.Input(3) is not null)
            return null;
        int count = node.Ints("starts")?.Count ?? node.Input(1)?.Dims?.FirstOrDefault(rank) ?? rank;
        int[] found = axes is null ? [.. Enumerable.Range(0, count)] : [.. axes.Select(axis => GraphNode.Axis(axis, rank))];
        return found.All(axis => axis >= 0 && axis < rank) ? found : null;
    }

    // The first index; null where it is not known, or where the steps are not 1.
    private static int? Start(GraphNode node, int place, GraphTensor x, int axis)
    {
        if (node.Ints("starts", 1) is not { } starts || place >= starts.Count || (node.Input(4) is { } steps && (steps.Integers is not { } given || given.Any(step => step != 1))))
            return null;
        long size = x.Dims![axis], start = starts[place];
        return (int)Math.Clamp(start < 0 ? start + size : start, 0, size);
    }
}
