using System.Runtime.CompilerServices;

namespace PruneSharp.Kernels;

/// <summary>Copies the planes of a <see cref="LaneLayout"/> to memory outside the engine.</summary>
internal sealed unsafe class LaneWriter : IDisposable
{
    private readonly LaneLayout _layout;
    private readonly PlaneStrides _strides;
    private readonly AlignedMemory _offsets;

    public LaneWriter(LaneLayout layout, PlaneStrides strides)
    {
        _layout = layout;
        _strides = strides;
        _offsets = new AlignedMemory((long)layout.BlockHeight * layout.BlockWidth * layout.Lanes * sizeof(int));
        int* to = (int*)_offsets.Bytes;
        for (int row = 0; row < layout.BlockHeight; row++)
        {
            for (int column = 0; column < layout.BlockWidth; column++)
            {
                for (int lane = 0; lane < layout.Lanes; lane++)
                {
                    *to++ = layout.IsInside(row, column, lane)
                        ? (layout.PlaneRow(row, lane) * strides.Row) + (layout.PlaneColumn(column, lane) * strides.Column)
                        : -1;
                }
            }
        }
    }

    /// <summary>Copies channels.</summary>
    /// <param name="from">Channel 0 of the layout.</param>
    /// <param name="to">Channel 0 outside.</param>
    /// <param name="first">The first channel to copy.</param>
    /// <param name="end">The channel after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(float* from, float* to, int first, int end)
    {
        bool eight = _layout.Lanes >= 8 && Transpose.IsSupported;
        int channel = first;
        if (eight && _strides.Channel == 1)
        {
            int eights = (end - first) / 8;
            WriteEights(from + ((long)first * _layout.ChannelFloats), to + first, eights);
            channel += 8 * eights;
        }

        for (; channel < end; channel++) WriteOne(from + ((long)channel * _layout.ChannelFloats), to + ((long)channel * _strides.Channel), eight && _strides.Column == 1);
    }

    /// <inheritdoc/>
    public void Dispose() => _offsets.Dispose();

    // Channels go by for one position after the other, so that each row outside is written from its beginning to its end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteEights(float* from, float* to, int eights)
    {
        int* at = (int*)_offsets.Bytes;
        float* block = stackalloc float[64];
        int* rows = stackalloc int[8];
        for (int lane = 0; lane < 8; lane++) rows[lane] = 8 * lane;
        for (int row = 0; row < _layout.BlockHeight; row++)
        {
            float* vector = from + _layout.Offset(row, 0);
            for (int half = 0; half < _layout.BlockWidth * _layout.Lanes / 8; half++, vector += 8, at += 8)
            {
                bool inside = AllInside(at, 8);
                for (int eight = 0; eight < eights; eight++)
                {
                    float* source = vector + (8L * eight * _layout.ChannelFloats);
                    if (inside)
                    {
                        Transpose.Scatter(source, _layout.ChannelFloats, to + (8 * eight), at);
                        continue;
                    }

                    Transpose.Scatter(source, _layout.ChannelFloats, block, rows);
                    for (int lane = 0; lane < 8; lane++)
                    {
                        if (at[lane] >= 0) new ReadOnlySpan<float>(block + (8 * lane), 8).CopyTo(new Span<float>(to + at[lane] + (8 * eight), 8));
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteOne(float* from, float* to, bool runs)
    {
        int* at = (int*)_offsets.Bytes;
        int lanes = _layout.Lanes;
        for (int row = 0; row < _layout.BlockHeight; row++)
        {
            float* vector = from + _layout.Offset(row, 0);
            for (int column = 0; column < _layout.BlockWidth;)
            {
                if (runs && column + 8 <= _layout.BlockWidth && AllInside(at, lanes) && AllInside(at + (7 * lanes), lanes))
                {
                    for (int half = 0; half < lanes; half += 8) Transpose.Scatter(vector + half, lanes, to, at + half);
                    column += 8;
                    vector += 8 * lanes;
                    at += 8 * lanes;
                    continue;
                }

                for (int lane = 0; lane < lanes; lane++)
                {
                    if (at[lane] >= 0) to[at[lane]] = vector[lane];
                }

                column++;
                vector += lanes;
                at += lanes;
            }
        }
    }

    private static bool AllInside(int* at, int lanes)
    {
        int all = 0;
        for (int lane = 0; lane < lanes; lane++) all |= at[lane];
        return all >= 0;
    }
}
