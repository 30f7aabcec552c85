namespace PruneSharp.Kernels;

/// <summary>Estimates what a layer costs in a layout, in cycles, to choose the grid of its output.</summary>
internal static class LayoutChoice
{
    private const double CopyCyclesPerVector = 14;
    private const double HaloCyclesPerVector = 4;

    /// <summary>Every way to cut a plane into one block for each lane.</summary>
    public static IEnumerable<LaneLayout> Candidates(PlaneShape shape, int lanes)
    {
        for (int rows = 1; rows <= lanes; rows *= 2)
        {
            int columns = lanes / rows;
            yield return new LaneLayout(lanes, shape.Height, shape.Width, rows, (shape.Height + rows - 1) / rows, (shape.Width + columns - 1) / columns, default, 0);
        }
    }

    /// <summary>The layout that the input of a layer must have, so that its output can have the given one; without the fill.</summary>
    public static LaneLayout InputLayout(LaneLayout output, PlaneShape input, ConvShape window) =>
        new(output.Lanes, input.Height, input.Width, output.GridRows, output.BlockHeight * window.StrideY, output.BlockWidth * window.StrideX, window.Halo, 0);

    /// <summary>Chooses the layout of a layer's output.</summary>
    /// <param name="pattern">The weights; null for a window without.</param>
    /// <param name="window">The layer.</param>
    /// <param name="input">The input's shape.</param>
    /// <param name="held">The layouts in which the input is held already.</param>
    /// <param name="output">The output's shape.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    public static LaneLayout Choose(RowPattern? pattern, ConvShape window, PlaneShape input, IReadOnlyList<LaneLayout> held, PlaneShape output, int lanes)
    {
        LaneLayout? best = null;
        double least = double.MaxValue;
        foreach (LaneLayout candidate in Candidates(output, lanes))
        {
            LaneLayout needed = InputLayout(candidate, input, window);
            double cost = Work(pattern, window, candidate);
            cost += HaloCyclesPerVector * ((needed.Rows * needed.Pitch) - (needed.BlockHeight * needed.BlockWidth)) * input.Channels;
            if (!held.Any(needed.SameBlocks)) cost += CopyCyclesPerVector * needed.Rows * needed.Pitch * input.Channels;
            if (cost < least) (best, least) = (candidate, cost);
        }

        return best ?? throw new InvalidOperationException("There is no way to lay out a plane.");
    }

    private static double Work(RowPattern? pattern, ConvShape window, LaneLayout output)
    {
        int block = pattern?.Block ?? 1;
        double entries = pattern?.EntryCount ?? (double)window.OutChannels * window.Taps;
        double rows = pattern?.RowCount ?? window.OutChannels;
        double cycles = 0;
        foreach (Tile tile in Tile.Cut(output, block))
            cycles += (entries * ((tile.Positions * RowPattern.EntryCost(block)) + 1)) + (rows * ((2 * tile.Positions * block) + 12));
        return cycles;
    }
}
