namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A block of a network: its kind, and the seed of everything that the kind leaves open.</summary>
internal sealed record BlockChoice(string Kind, uint Variant)
{
    public override string ToString() => $"{Kind}:{Variant}";
}
