namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Writes operators that move values, in the ways that exporters do.</summary>
internal static class Layouts
{
    /// <summary>A Reshape whose shape is numbers, has 0 and -1 in it, or is computed from the shape of its input, all or only the batch.</summary>
    public static Activation Reshape(this NetworkWriter w, Dice dice, Activation x, params Part[] parts)
    {
        int style = dice.Below(4);
        int[] dims = [.. parts.Select(p => p.Size)];
        bool Moves(Part part) => w.DynamicBatch && part.Axis == 0;
        if (style < 2)
        {
            // 0 copies the axis in the same place; at most one is -1, and one that depends on the batch must be either.
            var numbers = parts.Select((p, i) => p.IsAxis && p.Axis == i && (style == 1 || (Moves(p) && dice.OneIn(2))) ? 0L : Moves(p) ? -1 : p.Size).ToArray();
            int[] free = [.. Enumerable.Range(0, parts.Length).Where(i => numbers[i] > 0)];
            if (style == 1 && !numbers.Contains(-1) && free.Length > 0)
                numbers[free[dice.Below(free.Length)]] = -1;
            return new(w.Node("Reshape", [x.Name, w.Longs(numbers)]), dims);
        }

        string shape = w.Node("Shape", [x.Name]);
        int open = dice.OneIn(2) ? Array.FindLastIndex(parts, p => !Moves(p)) : -1;
        string[] sizes = [.. parts.Select((p, i) => i == open ? w.Longs(-1) : p.Axis >= 0 && (style == 2 || Moves(p)) ? w.Size(dice, shape, p) : w.Longs(p.Size))];
        return new(w.Node("Reshape", [x.Name, w.Node("Concat", sizes, Attributes.Int("axis", 0))]), dims);
    }

    /// <summary>The shape of a value as the graph computes it.</summary>
    public static string ShapeOf(this NetworkWriter w, Activation x) => w.Node("Shape", [x.Name]);

    public static Activation Transpose(this NetworkWriter w, Activation x, params int[] order) =>
        new(w.Node("Transpose", [x.Name], Attributes.Ints("perm", [.. order.Select(i => (long)i)])), [.. order.Select(i => x[i])]);

    public static Activation Unsqueeze(this NetworkWriter w, Activation x, int axis) =>
        new(w.Node("Unsqueeze", [x.Name, w.Longs(axis)]), [.. x.Dims[..axis], 1, .. x.Dims[axis..]]);

    public static Activation Squeeze(this NetworkWriter w, Activation x, int axis) =>
        new(w.Node("Squeeze", [x.Name, w.Longs(axis)]), [.. x.Dims[..axis], .. x.Dims[(axis + 1)..]]);

    public static Activation Concat(this NetworkWriter w, int axis, params Activation[] parts) =>
        w.Concat(axis, axis, parts);

    /// <summary>Concat whose axis may be written from the back.</summary>
    public static Activation Concat(this NetworkWriter w, int axis, int written, Activation[] parts) =>
        new(w.Node("Concat", parts.Select(p => p.Name), Attributes.Int("axis", written)), parts[0].With(axis, parts.Sum(p => p[axis])));

    /// <summary>Split with or without sizes.</summary>
    public static Activation[] Split(this NetworkWriter w, Activation x, int axis, int[] sizes, bool written)
    {
        string[] names = w.Node("Split", sizes.Length, written ? [x.Name, w.Longs([.. sizes.Select(s => (long)s)])] : [x.Name], Attributes.Int("axis", axis));
        return [.. names.Select((name, i) => new Activation(name, x.With(axis, sizes[i])))];
    }

    /// <summary>Slice at numbers; the end may be written from the back, or as the largest number.</summary>
    public static Activation Slice(this NetworkWriter w, Dice dice, Activation x, int axis, int start, int end)
    {
        long written = end == x[axis] ? dice.Of(end, long.MaxValue, int.MaxValue) : dice.OneIn(3) ? end - x[axis] : end;
        string[] inputs = [x.Name, w.Longs(start), w.Longs(written), w.Longs(dice.OneIn(2) ? axis : axis - x.Rank), .. dice.OneIn(2) ? [w.Longs(1)] : Array.Empty<string>()];
        return new(w.Node("Slice", inputs), x.With(axis, end - start));
    }

    /// <summary>The halves of an axis as PyTorch's chunk exports them: the place is computed from the size of the axis.</summary>
    public static Activation[] Chunk(this NetworkWriter w, Activation x, int axis)
    {
        string size = w.Node("Gather", [w.ShapeOf(x), w.Longs(axis)], Attributes.Int("axis", 0));
        string half = w.Node("Div", [w.Node("Add", [size, w.Longs(1)]), w.Longs(2)]);
        string twice = w.Node("Mul", [half, w.Longs(2)]);
        int middle = (x[axis] + 1) / 2;
        return
        [
            new(w.Node("Slice", [x.Name, w.Longs(0), w.Node("Mul", [half, w.Longs(1)]), w.Longs(axis)]), x.With(axis, middle)),
            new(w.Node("Slice", [x.Name, half, twice, w.Longs(axis)]), x.With(axis, x[axis] - middle)),
        ];
    }

    private static string Size(this NetworkWriter w, Dice dice, string shape, Part part)
    {
        bool scalar = dice.OneIn(2);
        string Number(long value) => scalar ? w.Long(value) : w.Longs(value);
        string size = w.Node("Gather", [shape, Number(part.Axis)], Attributes.Int("axis", 0));
        if (part.Times != 1)
            size = w.Node("Mul", [size, Number(part.Times)]);
        if (part.By != 1)
            size = w.Node("Div", [size, Number(part.By)]);
        return scalar ? w.Node("Unsqueeze", [size, w.Longs(0)]) : size;
    }
}
