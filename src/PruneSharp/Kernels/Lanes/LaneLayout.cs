namespace PruneSharp.Kernels;

/// <summary>
/// How the engine holds the planes of an activation [channels, height, width]: each plane is cut into a grid of equal blocks, one for every lane of a vector,
/// and the vector at position (row, column) of the block holds that pixel of all blocks.
/// </summary>
/// <remarks>
/// <code>
/// plane 4 x 4, grid 2 x 2:   a b | c d        vectors of the block 2 x 2:   [a c i k] [b d j l]
///                            e f | g h                                      [e g m o] [f h n p]
///                            ----+----
///                            i j | k l
///                            m n | o p
/// </code>
/// A neighbouring pixel, any tap of a convolution and any stride are therefore whole, aligned vectors.
/// Around the block lies a halo whose vectors hold the pixels of the neighbouring blocks, and the fill outside the plane.
/// Where the grid is larger than the plane, the lanes outside hold anything until the halo is filled, and the fill from then on.
/// </remarks>
/// <param name="Lanes">Lanes of a vector: 4, 8 or 16.</param>
/// <param name="Height">Rows of the plane.</param>
/// <param name="Width">Columns of the plane.</param>
/// <param name="GridRows">Blocks below one another; <paramref name="GridRows"/> times GridColumns is <paramref name="Lanes"/>.</param>
/// <param name="BlockHeight">Rows of a block.</param>
/// <param name="BlockWidth">Columns of a block.</param>
/// <param name="Halo">Vectors around the block.</param>
/// <param name="Fill">What lies outside the plane: 0 for sums, negative infinity for maxima.</param>
internal sealed record LaneLayout(int Lanes, int Height, int Width, int GridRows, int BlockHeight, int BlockWidth, LaneHalo Halo, float Fill)
{
    private const int LineFloats = 16;

    /// <summary>Blocks beside one another.</summary>
    public int GridColumns => Lanes / GridRows;

    /// <summary>Vectors from one row of the block to the next.</summary>
    public int Pitch => Halo.Left + BlockWidth + Halo.Right;

    /// <summary>Rows of vectors, halo included.</summary>
    public int Rows => Halo.Top + BlockHeight + Halo.Bottom;

    /// <summary>Floats from one channel to the next: whole cache lines, an odd number of them, so that channels do not fall on the same sets of a cache.</summary>
    public int ChannelFloats => (((Rows * Pitch * Lanes) + LineFloats - 1) / LineFloats | 1) * LineFloats;

    /// <summary>Whether every pixel of the plane lies in a block.</summary>
    public bool CoversPlane => GridRows * BlockHeight >= Height && GridColumns * BlockWidth >= Width;

    /// <summary>Whether some lanes lie outside the plane.</summary>
    public bool HasOutside => GridRows * BlockHeight > Height || GridColumns * BlockWidth > Width;

    /// <summary>Whether the same pixels lie in the same lanes at the same places of the block, whatever the halo.</summary>
    public bool SameBlocks(LaneLayout other) =>
        Lanes == other.Lanes && Height == other.Height && Width == other.Width
        && GridRows == other.GridRows && BlockHeight == other.BlockHeight && BlockWidth == other.BlockWidth;

    /// <summary>Floats from the start of a channel to a vector.</summary>
    /// <param name="row">Row of the block; negative in the halo above.</param>
    /// <param name="column">Column of the block; negative in the halo on the left.</param>
    public int Offset(int row, int column) => (((row + Halo.Top) * Pitch) + column + Halo.Left) * Lanes;

    /// <summary>The row of the plane that a lane holds at a row of the block.</summary>
    public int PlaneRow(int row, int lane) => (lane / GridColumns * BlockHeight) + row;

    /// <summary>The column of the plane that a lane holds at a column of the block.</summary>
    public int PlaneColumn(int column, int lane) => (lane % GridColumns * BlockWidth) + column;

    /// <summary>Whether a lane holds a pixel of the plane there.</summary>
    public bool IsInside(int row, int column, int lane) =>
        (uint)PlaneRow(row, lane) < (uint)Height && (uint)PlaneColumn(column, lane) < (uint)Width;
}
