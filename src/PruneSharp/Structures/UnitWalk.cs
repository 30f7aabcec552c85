namespace PruneSharp;

/// <summary>Walks a tensor in storage order and names the unit of every weight.</summary>
internal static class UnitWalk
{
    /// <summary>Most weights that one call gets.</summary>
    public const int Chunk = 1024;

    public delegate void OnUnits(long first, ReadOnlySpan<int> unitOf);

    public delegate void OnWeights(long first, ReadOnlySpan<double> weights, ReadOnlySpan<int> unitOf);

    public static void ForEach(WeightTensor tensor, UnitMap map, OnWeights action)
    {
        var stored = new byte[Chunk * sizeof(double)];
        var weights = new double[Chunk];
        ForEach(tensor.Layout, map, (first, unitOf) =>
        {
            var now = weights.AsSpan(0, unitOf.Length);
            WeightValues.ToDouble(tensor.Data.Read(first, unitOf.Length, stored), tensor.Data.Type, now);
            action(first, now, unitOf);
        });
    }

    // The row, input and kernel offsets of a flat index are sums over its coordinates, so an odometer over the storage axes carries
    // them along: each axis adds its step to one of the three.
    public static void ForEach(WeightLayout layout, UnitMap map, OnUnits action)
    {
        var shape = layout.Shape;
        var rowStep = Steps(layout, layout.OutAxes, 1);
        var columnStep = Steps(layout, layout.KernelAxes, 1);
        foreach (var (axis, step) in Steps(layout, layout.InAxes, layout.KernelCount).Index())
            columnStep[axis] += step;

        var at = new long[shape.Length];
        var unitOf = new int[Chunk];
        long row = 0, column = 0;
        int filled = 0;
        for (long index = 0; index < layout.Length; index++)
        {
            unitOf[filled++] = map.Rows[row] + map.Columns[column];
            if (filled == Chunk || index == layout.Length - 1)
            {
                action(index + 1 - filled, unitOf.AsSpan(0, filled));
                filled = 0;
            }

            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                row += rowStep[axis];
                column += columnStep[axis];
                if (++at[axis] < shape[axis])
                    break;
                row -= rowStep[axis] * shape[axis];
                column -= columnStep[axis] * shape[axis];
                at[axis] = 0;
            }
        }
    }

    private static long[] Steps(WeightLayout layout, IReadOnlyList<int> axes, long step)
    {
        var steps = new long[layout.Shape.Length];
        for (int i = axes.Count - 1; i >= 0; i--)
        {
            steps[axes[i]] = step;
            step *= layout.Shape[axes[i]];
        }

        return steps;
    }
}
