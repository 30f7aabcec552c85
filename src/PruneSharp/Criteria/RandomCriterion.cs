using System.Text;

namespace PruneSharp;

/// <summary>
/// Score = the top 53 bits of a 64-bit mix of (seed, tensor name, flat index), in [0, 1). The mix is the finaliser of SplitMix64
/// (Steele, Lea and Flood 2014); the name enters by its FNV-1a hash, so that tensors differ and adding one changes no other.
/// </summary>
internal sealed record RandomCriterion(ulong Seed) : Criterion
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private const double TwoToMinus53 = 1.0 / (1L << 53);

    public override string Name => "random";

    public override bool IgnoresValues => true;

    public override void Score(string tensor, long first, ReadOnlySpan<double> weights, Span<double> scores)
    {
        ulong stream = Mix(Seed + GoldenGamma) ^ Hash(tensor);
        for (int i = 0; i < weights.Length; i++)
            scores[i] = (Mix(stream + GoldenGamma * (ulong)(first + i + 1)) >> 11) * TwoToMinus53;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Hash(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 0x100000001B3;
        return hash;
    }
}
