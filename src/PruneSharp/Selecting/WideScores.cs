namespace PruneSharp;

/// <summary>Scores that only 64-bit keys hold.</summary>
internal abstract class WideScores(string name, long length) : UnitScores(name, length)
{
    internal sealed override bool NeedsWideKeys => true;

    internal sealed override ReadOnlySpan<int> Keys32(long first, int count, Span<int> buffer) =>
        throw new InvalidOperationException($"{Name} has 64-bit scores.");
}
