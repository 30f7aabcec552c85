namespace PruneSharp.Onnx;

/// <summary>Noise in filters, biases and scales that are masked: each index is multiplied by a random factor, which outputs must not notice.</summary>
/// <param name="Seed">The same seed gives the same factors.</param>
/// <param name="Least">The least factor; above 0, so that variances stay what they must be.</param>
/// <param name="Most">The largest factor.</param>
public sealed record MaskNoise(ulong Seed, float Least = 2, float Most = 8)
{
    /// <summary>The factor of a place.</summary>
    internal float Factor(long place) => Least + ((Seed + (ulong)place) * 0x9E3779B97F4A7C15 >> 40) / (float)(1 << 24) * (Most - Least);
}
