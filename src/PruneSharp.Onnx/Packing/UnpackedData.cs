namespace PruneSharp.Onnx;

/// <summary>A packed weight as dense data; one chunk is unpacked at a time.</summary>
internal sealed class UnpackedData(string file, long at, UnpackSpec spec) : WeightData(spec.Type, spec.Length)
{
    private readonly Lock _lock = new();
    private int _index = -1;
    private byte[] _dense = [];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(long first, int count, Span<byte> buffer)
    {
        int size = Type.Bytes();
        lock (_lock)
        {
            for (int done = 0; done < count;)
            {
                int chunk = (int)((first + done) / SparseChunk.MostLength), at = (int)((first + done) % SparseChunk.MostLength);
                Unpack(chunk);
                int part = Math.Min(count - done, spec.Chunks[chunk].Length - at);
                _dense.AsSpan(at * size, part * size).CopyTo(buffer[(done * size)..]);
                done += part;
            }
        }

        return buffer[..(count * size)];
    }

    /// <summary>The positions of one chunk.</summary>
    /// <exception cref="InvalidDataException">The bytes are not that many positions.</exception>
    public static int[] Positions(PositionEncoding encoding, long total, int length, int survivors, byte[] bytes) => encoding == PositionEncoding.Bitmask
        ? BitmaskCode.Decode(bytes, survivors, length)
        : GapCode.Of(encoding.GapBits, total).Decode(bytes, survivors, length);

    private void Unpack(int index)
    {
        if (index == _index)
            return;
        var chunk = spec.Chunks[index];
        try
        {
            _index = -1;
            _dense = new byte[chunk.Length * Type.Bytes()];
            if (chunk.Survivors > 0)
                SparseChunk.Scatter(Positions(spec.Positions, spec.Length, chunk.Length, chunk.Survivors, chunk.PositionBytes()), Stored(chunk), Type, _dense);
            _index = index;
        }
        catch (InvalidDataException error)
        {
            throw new InvalidModelException(file, $"packed tensor {spec.Name} at byte {at}: {error.Message}", error);
        }
    }

    private byte[] Stored(UnpackChunk chunk)
    {
        byte[] values = chunk.ValueBytes();
        if (spec.Entries is not null)
            return Codebook.Decode(values, spec.Entries, Type);
        return spec.Values == ValueEncoding.Half ? HalfValues.Widen(values, Type) : values;
    }
}
