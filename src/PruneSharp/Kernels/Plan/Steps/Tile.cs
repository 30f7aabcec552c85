namespace PruneSharp.Kernels;

/// <summary>Some neighbouring positions of a block, which a row kernel holds in registers.</summary>
internal readonly record struct Tile(int Row, int Column, int Height, int Width)
{
    /// <summary>Number of positions.</summary>
    public int Positions => Height * Width;

    /// <summary>The most positions that fit into registers, by lanes of a vector and block of output channels; tools/kernels.cs says why.</summary>
    public static int MostPositions(int lanes, int block) => (lanes, block) switch
    {
        (16, 1) => 28,
        (16, 2) => 14,
        (16, _) => 6,
        (_, 1) => 14,
        (_, 2) => 6,
        _ => 3,
    };

    /// <summary>Cuts a block into tiles, as large and as equal as they can be.</summary>
    public static List<Tile> Cut(LaneLayout layout, int block)
    {
        (int blockHeight, int blockWidth) = (layout.BlockHeight, layout.BlockWidth);
        int most = MostPositions(layout.Lanes, block);
        int across = (blockWidth + most - 1) / most;
        int height = blockHeight > 1 && across == 1 && 2 * blockWidth <= most ? 2 : 1;
        List<Tile> tiles = [];
        for (int row = 0; row < blockHeight; row += height)
        {
            for (int i = 0; i < across; i++)
            {
                int column = blockWidth * i / across;
                tiles.Add(new Tile(row, column, Math.Min(height, blockHeight - row), (blockWidth * (i + 1) / across) - column));
            }
        }

        return tiles;
    }
}
