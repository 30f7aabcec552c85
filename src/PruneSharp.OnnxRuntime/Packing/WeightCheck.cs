using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Unpacks a packed file again and compares every weight that was to be kept.</summary>
internal static class WeightCheck
{
    private const int Chunk = 1 << 20;

    /// <summary>Compares lossless weights bit by bit, −0 and 0 being one unless the values are exact.</summary>
    /// <exception cref="PackMismatchException">A weight differs.</exception>
    public static void Run(PackPlan plan, string packed)
    {
        using var model = OnnxModel.Open(packed);
        var unpacked = PackedModel.Read(model, plan.Packed.Select(p => p.Key).ToHashSet(StringComparer.Ordinal).Contains).ToDictionary(w => w.Key, StringComparer.Ordinal);
        foreach (var (weight, key, values) in plan.Packed)
        {
            if (!unpacked.TryGetValue(key, out var other))
                throw new PackMismatchException($"{weight.Name} cannot be found in the packed model, which was not written.");
            if (!values.IsLossless)
                continue;
            if (Difference(weight.Data, other.Data, values == ValueEncoding.Exact) is { } index)
                throw new PackMismatchException($"{weight.Name} differs at weight {index} in the packed model, which was not written.");
        }
    }

    private static long? Difference(WeightData a, WeightData b, bool exact)
    {
        if (a.Length != b.Length || a.Type != b.Type)
            return 0;
        int size = a.Type.Bytes();
        byte[] first = new byte[Chunk * size], second = new byte[Chunk * size];
        for (long at = 0; at < a.Length; at += Chunk)
        {
            int count = (int)Math.Min(Chunk, a.Length - at);
            ReadOnlySpan<byte> x = a.Read(at, count, first), y = b.Read(at, count, second);
            if (x.SequenceEqual(y))
                continue;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> p = x.Slice(i * size, size), q = y.Slice(i * size, size);
                if (!p.SequenceEqual(q) && (exact || ZeroCount.Of(p, a.Type) == 0 || ZeroCount.Of(q, a.Type) == 0))
                    return at + i;
            }
        }

        return null;
    }
}
