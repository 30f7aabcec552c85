namespace PruneSharp.Torch.Onnx;

/// <summary>
/// Whether an axis is resized alike on both sides. TorchSharp takes the length from the factor in double precision and multiplies a place by
/// 1 / factor, or by the lengths' ratio, in single precision; ONNX Runtime does both with the factor in single precision, and divides.
/// </summary>
internal static class ResizedAxis
{
    private const long Longest = 4096;

    /// <summary>Compares lengths, and for nearest neighbours the places.</summary>
    /// <param name="length">Length of the axis; null: of any up to 4096.</param>
    /// <param name="size">Wanted length, or null.</param>
    /// <param name="factor">Wanted factor where there is no size.</param>
    /// <param name="nearest">Whether cells are copied.</param>
    public static bool IsSame(long? length, long? size, double? factor, bool nearest)
    {
        if (size is { } wanted)
            return !nearest || (length is { } known ? HasSamePlaces(known, wanted, known / (float)wanted, wanted / (float)known) : false);
        double f = factor!.Value;
        for (long each = length ?? 1; each <= (length ?? Longest); each++)
        {
            if ((long)Math.Floor(each * f) != (long)Math.Floor((double)((float)f * each)))
                return false;
        }

        long longest = length ?? Longest;
        return !nearest || HasSamePlaces(longest, (long)Math.Floor(longest * f), (float)(1 / f), (float)f);
    }

    private static bool HasSamePlaces(long length, long size, float torchScale, float runtimeScale)
    {
        for (long place = 0; place < size; place++)
        {
            if (Math.Min((long)MathF.Floor(place * torchScale), length - 1) != Math.Min((long)MathF.Floor(place / runtimeScale), length - 1))
                return false;
        }

        return true;
    }
}
