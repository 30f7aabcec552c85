namespace PruneSharp;

/// <summary>
/// Integer keys that order as the scores do. A positive score's key is its bits, a negative one's is minus the bits of its magnitude,
/// so −0 and +0 share key 0 and integer comparison is exact score comparison. NaN keys lie above that of +∞.
/// </summary>
internal static class ScoreKey
{
    /// <summary>Key of +∞ among float32 keys; larger keys are NaN.</summary>
    public const int Infinity32 = 0x7F800000;

    /// <summary>Key of +∞ among float64 keys; larger keys are NaN.</summary>
    public const long Infinity64 = 0x7FF0000000000000;

    public static long Of(double score)
    {
        long bits = BitConverter.DoubleToInt64Bits(score);
        if (bits >= 0)
            return bits;
        long magnitude = bits & long.MaxValue;
        return magnitude > Infinity64 ? long.MaxValue : -magnitude;
    }

    public static double ToScore(long key) =>
        key >= 0 ? BitConverter.Int64BitsToDouble(key) : -BitConverter.Int64BitsToDouble(-key);
}
