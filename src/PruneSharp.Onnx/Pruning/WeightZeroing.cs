namespace PruneSharp.Onnx;

/// <summary>Streams a weight with its pruned entries zeroed, and counts zeros on the way.</summary>
internal static class WeightZeroing
{
    private const int Chunk = 1 << 18;

    /// <summary>Writes the masked weights as little-endian values.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="mask">Its mask, in storage order.</param>
    /// <param name="destination">Receives the values.</param>
    /// <param name="cancellation">Stops between two chunks.</param>
    public static PrunedLayer Write(ModelWeight weight, Mask mask, Stream destination, CancellationToken cancellation)
    {
        var data = weight.Weights.Data;
        var buffer = new byte[Math.Min(Chunk, Math.Max(1, data.Length)) * data.Type.Bytes()];
        long before = 0, after = 0;
        for (long first = 0; first < data.Length; first += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(Chunk, data.Length - first);
            var chunk = buffer.AsSpan(0, count * data.Type.Bytes());
            data.Read(first, count, chunk).CopyTo(chunk);
            before += ZeroCount.Of(chunk, data.Type);
            mask.Zero(chunk, data.Type, first);
            after += ZeroCount.Of(chunk, data.Type);
            destination.Write(chunk);
        }

        return new(weight.Name, weight.Op, weight.Shape, data.Length, before, after, data.Length == 0 ? 0 : (double)after / data.Length);
    }
}
