namespace PruneSharp;

/// <summary>Slices along one axis of the canonical view, scored by a norm of their cells' scores.</summary>
internal sealed record ChannelStructure : PartitionStructure
{
    public ChannelStructure(int axis, double norm)
    {
        if (double.IsNaN(norm))
            throw new ArgumentOutOfRangeException(nameof(norm), norm, "The n of an Ln norm is a number or ±infinity.");
        Axis = axis;
        Norm = norm;
    }

    public int Axis { get; }

    public double Norm { get; }

    public override long UnitCount(WeightTensor tensor) => tensor.Layout.CanonicalShape[Resolve(tensor.Layout, tensor.Name)];

    public override string ToString() => Axis == 0 ? "channel" : $"channel:{Axis}";

    protected override double Start => Norm == double.NegativeInfinity ? double.PositiveInfinity : 0;

    protected override UnitMap Map(WeightLayout layout)
    {
        int axis = Resolve(layout, "The tensor");
        var rows = new int[layout.OutCount];
        var columns = new int[layout.ColumnCount];
        var shape = layout.CanonicalShape;
        if (axis == 0)
        {
            for (int row = 0; row < rows.Length; row++)
                rows[row] = row;
            return new(rows, columns);
        }

        long below = 1;
        for (int later = axis + 1; later < shape.Length; later++)
            below *= shape[later];
        for (int column = 0; column < columns.Length; column++)
            columns[column] = (int)(column / below % shape[axis]);
        return new(rows, columns);
    }

    protected override double Add(double score, double cell) => IsFirst(score, cell) || IsFirst(cell, score) ? double.NegativeInfinity : Norm switch
    {
        1 => score + cell,
        2 => score + cell * cell,
        0 => score + (double.IsNaN(cell) ? cell : cell != 0 ? 1 : 0),
        double.PositiveInfinity => Math.Max(score, Math.Abs(cell)),
        double.NegativeInfinity => Math.Min(score, Math.Abs(cell)),
        _ => score + Math.Pow(Math.Abs(cell), Norm),
    };

    protected override double Finish(double score, long size) => double.IsNegativeInfinity(score) ? score : Norm switch
    {
        0 or 1 or double.PositiveInfinity or double.NegativeInfinity => score,
        2 => Math.Sqrt(score),
        _ => Math.Pow(score, 1 / Norm),
    };

    // −∞ says that a cell goes first (it is pruned already); powers and absolute values would make it the best one. NaN stays an error.
    private static bool IsFirst(double score, double other) => double.IsNegativeInfinity(score) && !double.IsNaN(other);

    private int Resolve(WeightLayout layout, string name)
    {
        int rank = layout.CanonicalShape.Length, axis = Axis < 0 ? Axis + rank : Axis;
        return axis >= 0 && axis < rank
            ? axis
            : throw new ArgumentException($"{name} has canonical shape [{string.Join(", ", layout.CanonicalShape)}]; axis must be 0..{rank - 1}, got {Axis}. Use axis 0 to prune output channels.");
    }
}
