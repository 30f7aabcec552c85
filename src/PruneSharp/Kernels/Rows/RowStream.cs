namespace PruneSharp.Kernels;

/// <summary>The weights of a layer as the row kernels read them, for one layout of its input: by part of the output channels, block of input channels, output channel.</summary>
internal sealed unsafe class RowStream : IDisposable
{
    private readonly AlignedMemory _stream;
    private readonly AlignedMemory _rows;
    private readonly long[] _streamStarts;
    private readonly int[] _rowStarts;

    /// <summary>Lays out the weights.</summary>
    /// <param name="pattern">The weights.</param>
    /// <param name="input">How the input is held.</param>
    /// <param name="channelBlock">Input channels that are worked on together, so that their part of a tile stays in the nearest cache.</param>
    /// <param name="partCount">In how many parts of about equal work the output channels are cut.</param>
    public RowStream(RowPattern pattern, LaneLayout input, int channelBlock, int partCount)
    {
        ConvShape shape = pattern.Shape;
        ChannelBlock = channelBlock;
        BlockCount = (shape.InChannels + channelBlock - 1) / channelBlock;
        PartCount = partCount;
        int entryBytes = 4 + (4 * pattern.Block);
        _stream = new AlignedMemory((long)pattern.EntryCount * entryBytes);
        _streamStarts = new long[(partCount * BlockCount) + 1];
        _rowStarts = new int[(partCount * BlockCount) + 1];
        int[] tapOffsets = TapOffsets(shape, input);
        List<RowEntry> entries = [];
        int[] cursors = new int[pattern.RowCount];
        for (int row = 0; row < cursors.Length; row++) cursors[row] = pattern.Entries(row).Start.Value;
        byte* to = _stream.Bytes;
        int[][] parts = Parts(pattern, partCount);
        for (int part = 0; part < partCount; part++)
        {
            for (int block = 0; block < BlockCount; block++)
            {
                int end = (block + 1) * channelBlock;
                foreach ((int row, int from, int until) in BlockRows(pattern, parts[part], cursors, end))
                {
                    int flags = (from == pattern.Entries(row).Start.Value ? RowEntry.First : 0) | (until == pattern.Entries(row).End.Value ? RowEntry.Last : 0);
                    bool empty = pattern.Entries(row).Start.Value == pattern.Entries(row).End.Value;
                    if (from == until && !(empty && block == 0)) continue;
                    entries.Add(new RowEntry(row * pattern.Block, until - from, flags));
                    for (int entry = from; entry < until; entry++)
                    {
                        *(int*)to = (((pattern.Channel(entry) - (block * channelBlock)) * input.ChannelFloats) + tapOffsets[pattern.Tap(entry)]) * sizeof(float);
                        pattern.Values(entry).CopyTo(new Span<float>(to + 4, pattern.Block));
                        to += entryBytes;
                    }
                }

                _streamStarts[(part * BlockCount) + block + 1] = to - _stream.Bytes;
                _rowStarts[(part * BlockCount) + block + 1] = entries.Count;
            }
        }

        _rows = new AlignedMemory((long)entries.Count * sizeof(RowEntry));
        entries.CopyTo(new Span<RowEntry>(_rows.Bytes, entries.Count));
    }

    /// <summary>Input channels of a block.</summary>
    public int ChannelBlock { get; }

    /// <summary>Blocks of input channels.</summary>
    public int BlockCount { get; }

    /// <summary>Parts of the output channels.</summary>
    public int PartCount { get; }

    /// <summary>Puts the entries of a part and block into a call.</summary>
    public void Select(int part, int block, RowCall* call)
    {
        int at = (part * BlockCount) + block;
        call->Stream = _stream.Bytes + _streamStarts[at];
        call->Rows = (RowEntry*)_rows.Bytes + _rowStarts[at];
        call->RowCount = _rowStarts[at + 1] - _rowStarts[at];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _rows.Dispose();
    }

    // Rows of like length follow one another, so that the end of each is foreseen; a layer with groups keeps the order of its channels instead.
    private static List<(int Row, int From, int Until)> BlockRows(RowPattern pattern, int[] part, int[] cursors, int end)
    {
        List<(int Row, int From, int Until)> found = new(part.Length);
        foreach (int row in part)
        {
            int from = cursors[row];
            int until = from;
            int last = pattern.Entries(row).End.Value;
            while (until < last && pattern.Channel(until) < end) until++;
            cursors[row] = until;
            found.Add((row, from, until));
        }

        return pattern.Shape.Groups > 1 ? found : [.. found.OrderBy(entry => entry.Until - entry.From)];
    }

    private static int[][] Parts(RowPattern pattern, int partCount)
    {
        List<int>[] parts = [.. Enumerable.Range(0, partCount).Select(_ => new List<int>())];
        if (pattern.Shape.Groups > 1)
        {
            for (int row = 0; row < pattern.RowCount; row++) parts[(long)row * partCount / pattern.RowCount].Add(row);
        }
        else
        {
            int place = 0;
            foreach (int row in Enumerable.Range(0, pattern.RowCount).OrderBy(row => pattern.Entries(row).End.Value - pattern.Entries(row).Start.Value))
            {
                // Forth and back, so that no part gets the longer of each pair every time.
                int turn = place / partCount % 2 == 0 ? place % partCount : partCount - 1 - (place % partCount);
                parts[turn].Add(row);
                place++;
            }
        }

        return [.. parts.Select(part => part.ToArray())];
    }

    private static int[] TapOffsets(ConvShape shape, LaneLayout input)
    {
        int[] offsets = new int[shape.Taps];
        for (int tap = 0; tap < offsets.Length; tap++)
        {
            int row = (tap / shape.KernelWidth * shape.DilationY) - shape.PadTop;
            int column = (tap % shape.KernelWidth * shape.DilationX) - shape.PadLeft;
            offsets[tap] = input.Offset(row, column) - input.Offset(0, 0);
        }

        return offsets;
    }
}
