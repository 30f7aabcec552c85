namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Choices and numbers by seed (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>0 … count − 1.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int count) => Below(count) == 0;

    /// <summary>One of several.</summary>
    public T Of<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>0 ≤ u &lt; 1.</summary>
    public double Unit() => (Next() >> 11) / (double)(1L << 53);

    /// <summary>Normally distributed with mean 0 and deviation 1.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>A number of channels.</summary>
    public int Channels() => Of(4, 5, 6, 8, 8, 10, 12, 16, 20, 24);

    /// <summary>0 … count − 1 in random order.</summary>
    public int[] Order(int count) => [.. Enumerable.Range(0, count).Select(i => (Key: Next(), i)).OrderBy(p => p.Key).Select(p => p.i)];

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
