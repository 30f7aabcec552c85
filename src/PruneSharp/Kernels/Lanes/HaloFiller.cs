namespace PruneSharp.Kernels;

/// <summary>Fills the halo of every channel of a <see cref="LaneLayout"/> from its blocks, and puts the fill into lanes outside the plane.</summary>
/// <remarks>
/// The pixel that a lane needs at (row, column) lies at (row mod block height, column mod block width) of some other lane, the same place for all lanes:
/// each vector of the halo is one other vector with its lanes moved. A pattern is the lane to take from for each lane, and for each lane all bits set where it lies inside.
/// </remarks>
internal sealed unsafe class HaloFiller : IDisposable
{
    private readonly AlignedMemory _moves;
    private readonly AlignedMemory _patterns;
    private readonly LaneLayout _layout;

    public HaloFiller(LaneLayout layout)
    {
        _layout = layout;
        List<HaloMove> list = [];
        Dictionary<string, int> known = [];
        List<int> table = [];
        for (int row = -layout.Halo.Top; row < layout.BlockHeight + layout.Halo.Bottom; row++)
        {
            for (int column = -layout.Halo.Left; column < layout.BlockWidth + layout.Halo.Right; column++)
            {
                bool inBlock = (uint)row < (uint)layout.BlockHeight && (uint)column < (uint)layout.BlockWidth;
                int[] pattern = Pattern(row, column);
                if (inBlock && Array.TrueForAll(pattern[layout.Lanes..], mask => mask != 0)) continue;
                string key = string.Join(' ', pattern);
                if (!known.TryGetValue(key, out int index))
                {
                    known.Add(key, index = known.Count);
                    table.AddRange(pattern);
                }

                list.Add(new HaloMove(layout.Offset(Modulo(row, layout.BlockHeight), Modulo(column, layout.BlockWidth)), layout.Offset(row, column), index));
            }
        }

        // Vectors of the block change last, so that the halo takes what the layer wrote. The masks are the same for both.
        HaloMove[] ordered = [.. list.Where(move => move.From != move.To), .. list.Where(move => move.From == move.To)];
        Count = ordered.Length;
        _moves = new AlignedMemory(Count * (long)sizeof(HaloMove));
        _patterns = new AlignedMemory(table.Count * 4L);
        ordered.CopyTo(new Span<HaloMove>(_moves.Bytes, Count));
        table.ToArray().CopyTo(new Span<int>(_patterns.Bytes, table.Count));
    }

    /// <summary>How many vectors of a channel are written.</summary>
    public int Count { get; }

    /// <summary>Fills channels.</summary>
    /// <param name="planes">The first channel of the activation.</param>
    /// <param name="first">The first channel to fill.</param>
    /// <param name="end">The channel after the last.</param>
    public void Fill(float* planes, int first, int end)
    {
        LaneKernels.Halo(_layout.Lanes)(planes + ((long)first * _layout.ChannelFloats), _layout.ChannelFloats, end - first, (HaloMove*)_moves.Bytes, Count, (int*)_patterns.Bytes, _layout.Fill);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _moves.Dispose();
        _patterns.Dispose();
    }

    private int[] Pattern(int row, int column)
    {
        int[] pattern = new int[2 * _layout.Lanes];
        for (int lane = 0; lane < _layout.Lanes; lane++)
        {
            if (!_layout.IsInside(row, column, lane)) continue;
            pattern[lane] = (_layout.PlaneRow(row, lane) / _layout.BlockHeight * _layout.GridColumns) + (_layout.PlaneColumn(column, lane) / _layout.BlockWidth);
            pattern[_layout.Lanes + lane] = -1;
        }

        return pattern;
    }

    // An empty plane has no blocks, and no pixel that would be taken from them.
    private static int Modulo(int value, int divisor) => divisor == 0 ? 0 : ((value % divisor) + divisor) % divisor;
}
