namespace PruneSharp;

/// <summary>
/// Blocks of R consecutive outputs × C consecutive flattened inputs (i·kernel + k). Where a side does not divide evenly, the last
/// blocks are smaller; a block's score is the mean over the cells it has. Blocks are numbered row by row.
/// </summary>
internal sealed record BlockStructure : PartitionStructure
{
    public BlockStructure(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Rows = rows;
        Columns = columns;
    }

    public int Rows { get; }

    public int Columns { get; }

    public override long UnitCount(WeightTensor tensor) =>
        Ceiling(tensor.Layout.OutCount, Rows) * Ceiling(tensor.Layout.ColumnCount, Columns);

    public override string ToString() => $"block:{Rows}x{Columns}";

    protected override UnitMap Map(WeightLayout layout)
    {
        var rows = new int[layout.OutCount];
        var columns = new int[layout.ColumnCount];
        int across = (int)Ceiling(layout.ColumnCount, Columns);
        for (int row = 0; row < rows.Length; row++)
            rows[row] = row / Rows * across;
        for (int column = 0; column < columns.Length; column++)
            columns[column] = column / Columns;
        return new(rows, columns);
    }

    protected override double Add(double score, double cell) => score + cell;

    protected override double Finish(double score, long size) => score / size;

    private static long Ceiling(long count, int side) => (count + side - 1) / side;
}
