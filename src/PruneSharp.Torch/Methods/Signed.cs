namespace PruneSharp.Torch;

/// <summary>The values themselves as scores.</summary>
internal sealed record Signed : Criterion
{
    public static Criterion Criterion { get; } = new Signed();

    public override string Name => "signed";

    public override void Score(string tensor, long first, ReadOnlySpan<double> weights, Span<double> scores) => weights.CopyTo(scores);
}
