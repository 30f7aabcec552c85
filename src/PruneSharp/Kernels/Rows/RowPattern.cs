namespace PruneSharp.Kernels;

/// <summary>
/// The weights of a layer without their zeros, whatever the shape of its input: for every output channel, or block of 1, 2 or 4 consecutive ones, the places that hold a
/// weight of any of them, with the weights of all.
/// </summary>
internal sealed class RowPattern
{
    private readonly int[] _starts;
    private readonly int[] _channels;
    private readonly ushort[] _taps;
    private readonly float[] _values;

    private RowPattern(ConvShape shape, int block, int[] starts, int[] channels, ushort[] taps, float[] values, double sparsity)
    {
        (Shape, Block, Sparsity) = (shape, block, sparsity);
        (_starts, _channels, _taps, _values) = (starts, channels, taps, values);
    }

    /// <summary>The layer.</summary>
    public ConvShape Shape { get; }

    /// <summary>Output channels that share their places: 1, 2 or 4.</summary>
    public int Block { get; }

    /// <summary>The fraction of zeros.</summary>
    public double Sparsity { get; }

    /// <summary>Blocks of output channels; the last may reach beyond the layer's.</summary>
    public int RowCount => _starts.Length - 1;

    /// <summary>Places that hold weights.</summary>
    public int EntryCount => _channels.Length;

    /// <summary>What one entry costs in vector operations, by block: loads bound single rows, multiplications blocks.</summary>
    public static double EntryCost(int block) => block switch { 1 => 0.62, 2 => 1.08, _ => 2.08 };

    /// <summary>Drops the zeros, in the blocks that cost least.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="weights">[out, in / groups, kernel height, kernel width].</param>
    public static RowPattern Pack(ConvShape shape, ReadOnlySpan<float> weights) => Pack(shape, weights, ChooseBlock(shape, weights));

    /// <summary>The height of blocks that costs least: 1, 2 or 4.</summary>
    public static int ChooseBlock(ConvShape shape, ReadOnlySpan<float> weights)
    {
        int best = 1;
        double least = double.MaxValue;
        foreach (int block in (ReadOnlySpan<int>)[1, 2, 4])
        {
            double cost = CountEntries(shape, weights, block) * EntryCost(block);
            if (cost < least) (best, least) = (block, cost);
        }

        return best;
    }

    /// <summary>Drops the zeros, in blocks of a given height.</summary>
    public static RowPattern Pack(ConvShape shape, ReadOnlySpan<float> weights, int block)
    {
        int rowCount = (shape.OutChannels + block - 1) / block;
        int entryCount = CountEntries(shape, weights, block);
        int[] _starts = new int[rowCount + 1];
        int[] _channels = new int[entryCount];
        ushort[] _taps = new ushort[entryCount];
        float[] _values = new float[(long)entryCount * block];
        long zeroCount = 0;
        int at = 0;
        int perGroup = shape.InChannels / shape.Groups;
        int outPerGroup = shape.OutChannels / shape.Groups;
        int rowLength = perGroup * shape.Taps;
        for (int row = 0; row < rowCount; row++)
        {
            foreach (int group in RowGroups(shape, row, block))
            {
                for (int place = 0; place < rowLength; place++)
                {
                    bool any = false;
                    for (int i = 0; i < block; i++)
                    {
                        int channel = (row * block) + i;
                        if (channel >= shape.OutChannels || channel / outPerGroup != group) continue;
                        float weight = weights[(channel * rowLength) + place];
                        if (weight == 0) zeroCount++;
                        else (any, _values[(at * block) + i]) = (true, weight);
                    }

                    if (!any) continue;
                    _channels[at] = (group * perGroup) + (place / shape.Taps);
                    _taps[at++] = (ushort)(place % shape.Taps);
                }
            }

            _starts[row + 1] = at;
        }

        return new RowPattern(shape, block, _starts, _channels, _taps, _values, weights.IsEmpty ? 0 : (double)zeroCount / weights.Length);
    }

    /// <summary>The entries of a block of output channels, as positions for the other methods, in order of input channels.</summary>
    public Range Entries(int row) => _starts[row].._starts[row + 1];

    /// <summary>The input channel of an entry.</summary>
    public int Channel(int entry) => _channels[entry];

    /// <summary>The tap of an entry: kernel row times kernel width plus kernel column.</summary>
    public int Tap(int entry) => _taps[entry];

    /// <summary>The weights of an entry, one for every output channel of the block.</summary>
    public ReadOnlySpan<float> Values(int entry) => _values.AsSpan(entry * Block, Block);

    /// <summary>The same layer with the weights of each output channel multiplied by a factor.</summary>
    public RowPattern Scale(ReadOnlySpan<float> factors)
    {
        float[] scaled = [.. _values];
        for (int row = 0; row < RowCount; row++)
        {
            for (int at = _starts[row] * Block; at < _starts[row + 1] * Block; at++)
            {
                int channel = (row * Block) + (at % Block);
                if (channel < factors.Length) scaled[at] *= factors[channel];
            }
        }

        return new RowPattern(Shape, Block, _starts, _channels, _taps, scaled, Sparsity);
    }

    /// <summary>The weights with their zeros, [out, in / groups, kernel height, kernel width].</summary>
    public float[] ToDense()
    {
        int rowLength = Shape.InChannels / Shape.Groups * Shape.Taps;
        float[] dense = new float[(long)Shape.OutChannels * rowLength];
        for (int row = 0; row < RowCount; row++)
        {
            for (int entry = _starts[row]; entry < _starts[row + 1]; entry++)
            {
                int place = (_channels[entry] % (Shape.InChannels / Shape.Groups) * Shape.Taps) + _taps[entry];
                int count = Math.Min(Block, Shape.OutChannels - (row * Block));
                for (int i = 0; i < count; i++) dense[(((row * Block) + i) * rowLength) + place] = _values[(entry * Block) + i];
            }
        }

        return dense;
    }

    // The groups that a block of output channels reads; more than one only where a block spans groups.
    private static IEnumerable<int> RowGroups(ConvShape shape, int row, int block)
    {
        int outPerGroup = shape.OutChannels / shape.Groups;
        int last = Math.Min((row * block) + block, shape.OutChannels) - 1;
        for (int group = row * block / outPerGroup; group <= last / outPerGroup; group++) yield return group;
    }

    private static int CountEntries(ConvShape shape, ReadOnlySpan<float> weights, int block)
    {
        int outPerGroup = shape.OutChannels / shape.Groups;
        int rowLength = shape.InChannels / shape.Groups * shape.Taps;
        int count = 0;
        for (int row = 0; row * block < shape.OutChannels; row++)
        {
            int first = row * block;
            int end = Math.Min(first + block, shape.OutChannels);
            bool oneGroup = first / outPerGroup == (end - 1) / outPerGroup;
            for (int place = 0; place < rowLength; place++)
            {
                int found = 0;
                for (int channel = first; channel < end; channel++) found += weights[(channel * rowLength) + place] != 0 ? 1 : 0;
                count += oneGroup ? Math.Min(found, 1) : found;
            }
        }

        return count;
    }
}
