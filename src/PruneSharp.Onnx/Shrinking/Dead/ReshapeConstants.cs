namespace PruneSharp.Onnx;

/// <summary>Reshape and Flatten: in groups of axes that hold the same elements, an index is constant where all elements that it takes are.</summary>
internal static class ReshapeConstants
{
    private const long MostElements = 1 << 24;

    /// <summary>Sets the constant indices of the output.</summary>
    public static void Set(GraphNode node, SlotConstants constants)
    {
        if (node.Input(0) is not { } x || node.Output(0) is not { } y || !constants.Any(x) || Size(x, 0, x.Rank) != Size(y, 0, y.Rank) || Size(x, 0, x.Rank) == 0)
            return;
        for (int i = x.Rank, j = y.Rank; i > 0 && j > 0;)
        {
            int lastI = i--, lastJ = j--;
            while (Size(x, i, lastI) != Size(y, j, lastJ))
            {
                if (Size(x, i, lastI) < Size(y, j, lastJ))
                    i--;
                else
                    j--;
            }

            Group(x, i, lastI, y, j, lastJ, constants);
        }
    }

    private static void Group(GraphTensor x, int i, int lastI, GraphTensor y, int j, int lastJ, SlotConstants constants)
    {
        long size = Size(x, i, lastI);
        bool changes = Enumerable.Range(i, lastI - i).Any(axis => x.Dynamic[axis]) || Enumerable.Range(j, lastJ - j).Any(axis => y.Dynamic[axis]);
        if (size > MostElements || (changes && (lastI - i > 1 || lastJ - j > 1)))
            return;
        double?[][] found = [.. Enumerable.Range(j, lastJ - j).Select(axis => new double?[y.Dims![axis]])];
        for (long element = 0; element < size; element++)
        {
            double value = double.NaN;
            long rest = element;
            for (int axis = lastI - 1; axis >= i; rest /= x.Dims![axis], axis--)
            {
                double known = constants[x, axis, (int)(rest % x.Dims![axis])];
                value = double.IsNaN(known) ? value : known;
            }

            rest = element;
            for (int axis = lastJ - 1; axis >= j; rest /= y.Dims![axis], axis--)
            {
                ref double? place = ref found[axis - j][rest % y.Dims![axis]];
                place = place is null || place == value ? value : double.NaN;
            }
        }

        for (int axis = j; axis < lastJ; axis++)
            for (int index = 0; index < y.Dims![axis]; index++)
                constants[y, axis, index] = found[axis - j][index] ?? double.NaN;
    }

    private static long Size(GraphTensor tensor, int first, int last)
    {
        long size = 1;
        for (int axis = first; axis < last; axis++)
            size *= tensor.Dims![axis];
        return size;
    }
}
