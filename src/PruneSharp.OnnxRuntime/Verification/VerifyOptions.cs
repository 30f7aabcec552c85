namespace PruneSharp.OnnxRuntime;

/// <summary>How two models are compared.</summary>
public sealed record VerifyOptions
{
    /// <summary>Seed of the generated inputs; run r uses <c>Seed + r</c>. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of inputs tried; default 3.</summary>
    public int Runs { get; init; } = 3;

    /// <summary>T in max|a−b| ≤ T·max|a|, judged for each output; absolute where max|a| = 0. Default 1e-5.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Sizes of dynamic dimensions by name; default none, sizes are chosen.</summary>
    public IReadOnlyDictionary<string, int> Dims { get; init; } = new Dictionary<string, int>();

    /// <summary>Range of generated floating-point inputs; default [0, 1). Pictures often want 0 to 255 or −1 to 1.</summary>
    public InputRange Range { get; init; } = new();
}
