namespace PruneSharp;

/// <summary>Scores that the caller computed.</summary>
internal sealed record CustomCriterion(IReadOnlyDictionary<string, ReadOnlyMemory<double>> Scores) : Criterion
{
    public override string Name => "custom";

    public override void Check(string tensor, long length)
    {
        if (!Scores.TryGetValue(tensor, out var given))
            throw new ArgumentException($"No scores were given for {tensor}. Give one score for each of its weights, or leave it out of the plan's targets.");
        if (given.Length != length)
            throw new ArgumentException($"{given.Length} scores were given for {tensor}, which has {length} weights. Give one score for each weight, in storage order.");
    }

    public override void Score(string tensor, long first, ReadOnlySpan<double> weights, Span<double> scores) =>
        Scores[tensor].Span.Slice((int)first, weights.Length).CopyTo(scores);
}
