namespace PruneSharp;

/// <summary>How small positions and values can get.</summary>
public static class EntropyBound
{
    /// <summary>
    /// Bytes that survivors at independent random positions need at least, with incompressible values: n·H(d) / 8 + survivors·bits / 8,
    /// H(d) = −d·log₂ d − (1 − d)·log₂(1 − d). Real masks are less random, and may need less.
    /// </summary>
    /// <param name="length">Weights, n.</param>
    /// <param name="survivors">Those that are stored, d·n.</param>
    /// <param name="valueBits">Bits of one stored value.</param>
    public static double Bytes(long length, long survivors, double valueBits)
    {
        if (length == 0)
            return 0;
        double d = (double)survivors / length;
        double entropy = d is 0 or 1 ? 0 : -d * Math.Log2(d) - (1 - d) * Math.Log2(1 - d);
        return (length * entropy + survivors * valueBits) / 8;
    }
}
