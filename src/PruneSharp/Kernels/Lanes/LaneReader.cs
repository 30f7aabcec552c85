using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PruneSharp.Kernels;

/// <summary>Copies planes into a <see cref="LaneLayout"/>, halo included: from memory outside the engine, or from another layout.</summary>
internal sealed unsafe class LaneReader : IDisposable
{
    private const int Outside = -1;
    private readonly LaneLayout _layout;
    private readonly int _channelStride;
    private readonly bool _alongRows;
    private readonly AlignedMemory _offsets;
    private readonly bool[] _runs;

    /// <summary>Reads planes that lie outside the engine.</summary>
    public LaneReader(LaneLayout layout, PlaneStrides strides)
        : this(layout, strides.Channel, strides.Column == 1 && Transpose.IsSupported, (row, column) => (row * strides.Row) + (column * strides.Column)) { }

    /// <summary>Reads planes from another layout.</summary>
    public LaneReader(LaneLayout layout, LaneLayout from)
        : this(layout, from.ChannelFloats, alongRows: false, (row, column) => PlaceIn(from, row, column)) { }

    private LaneReader(LaneLayout layout, int channelStride, bool alongRows, Func<int, int, int> place)
    {
        _layout = layout;
        _channelStride = channelStride;
        _alongRows = alongRows && layout.Lanes >= 8;
        _offsets = new AlignedMemory((long)layout.Rows * layout.Pitch * layout.Lanes * sizeof(int));
        _runs = new bool[layout.Rows * layout.Pitch];
        int* to = (int*)_offsets.Bytes;
        for (int row = -layout.Halo.Top; row < layout.BlockHeight + layout.Halo.Bottom; row++)
        {
            for (int column = -layout.Halo.Left; column < layout.BlockWidth + layout.Halo.Right; column++)
            {
                for (int lane = 0; lane < layout.Lanes; lane++)
                    *to++ = layout.IsInside(row, column, lane) ? place(layout.PlaneRow(row, lane), layout.PlaneColumn(column, lane)) : Outside;
            }
        }

        for (int row = 0; _alongRows && row < layout.Rows; row++)
        {
            for (int column = 0; column + 8 <= layout.Pitch; column++) _runs[(row * layout.Pitch) + column] = IsRun((row * layout.Pitch) + column);
        }
    }

    /// <summary>Whether channels follow one another in memory, so that they are best copied eight at a time.</summary>
    public bool AlongChannels => _channelStride == 1 && _layout.Lanes >= 8 && Transpose.IsSupported;

    /// <summary>Copies channels.</summary>
    /// <param name="from">Channel 0 outside.</param>
    /// <param name="to">Channel 0 of the layout.</param>
    /// <param name="first">The first channel to copy.</param>
    /// <param name="end">The channel after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(float* from, float* to, int first, int end)
    {
        int channel = first;
        if (AlongChannels)
        {
            int eights = (end - first) / 8;
            ReadEights(from + first, to + ((long)first * _layout.ChannelFloats), eights);
            channel += 8 * eights;
        }

        for (; channel < end; channel++) ReadOne(from + ((long)channel * _channelStride), to + ((long)channel * _layout.ChannelFloats));
    }

    /// <inheritdoc/>
    public void Dispose() => _offsets.Dispose();

    // Channels go by for one position after the other, so that each row outside is read from its beginning to its end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadEights(float* from, float* to, int eights)
    {
        int* at = (int*)_offsets.Bytes;
        int* clamped = stackalloc int[8];
        for (int half = 0; half < _runs.Length * _layout.Lanes / 8; half++, at += 8, to += 8)
        {
            bool anyOutside = false;
            for (int lane = 0; lane < 8; lane++)
            {
                anyOutside |= at[lane] == Outside;
                clamped[lane] = Math.Max(at[lane], 0);
            }

            for (int eight = 0; eight < eights; eight++)
            {
                float* target = to + (8L * eight * _layout.ChannelFloats);
                Transpose.Gather(from + (8 * eight), clamped, target, _layout.ChannelFloats);
                if (anyOutside) FillOutside(at, target);
            }
        }
    }

    private void FillOutside(int* at, float* to)
    {
        for (int channel = 0; channel < 8; channel++, to += _layout.ChannelFloats)
        {
            for (int lane = 0; lane < 8; lane++)
            {
                if (at[lane] == Outside) to[lane] = _layout.Fill;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadOne(float* from, float* to)
    {
        int* at = (int*)_offsets.Bytes;
        int lanes = _layout.Lanes;
        // A lane is read where the sign of its mask is set: where the offset is not -1.
        Vector256<float> outside = Vector256.Create(_layout.Fill);
        int position = 0;
        while (position < _runs.Length)
        {
            if (_runs[position])
            {
                for (int half = 0; half < lanes; half += 8) Transpose.Gather(from, at + half, to + half, lanes);
                position += 8;
                at += 8 * lanes;
                to += 8 * lanes;
                continue;
            }

            if (Avx2.IsSupported && lanes >= 8)
            {
                for (int half = 0; half < lanes; half += 8)
                {
                    Vector256<int> index = Vector256.Load(at + half);
                    Avx2.GatherMaskVector256(outside, from, index, ~index.AsSingle(), sizeof(float)).Store(to + half);
                }
            }
            else
            {
                for (int lane = 0; lane < lanes; lane++) to[lane] = at[lane] == Outside ? _layout.Fill : from[at[lane]];
            }

            position++;
            at += lanes;
            to += lanes;
        }
    }

    // Eight positions of a row whose lanes all lie inside, each lane's beside one another.
    private bool IsRun(int position)
    {
        int* at = (int*)_offsets.Bytes + ((long)position * _layout.Lanes);
        for (int lane = 0; lane < _layout.Lanes; lane++)
        {
            for (int i = 0; i < 8; i++)
            {
                if (at[lane] == Outside || at[(i * _layout.Lanes) + lane] != at[lane] + i) return false;
            }
        }

        return true;
    }

    private static int PlaceIn(LaneLayout from, int row, int column) =>
        from.Offset(row % from.BlockHeight, column % from.BlockWidth) + (row / from.BlockHeight * from.GridColumns) + (column / from.BlockWidth);
}
