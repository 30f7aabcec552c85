namespace PruneSharp;

/// <summary>Scores from an array.</summary>
internal sealed class GivenScores(string name, ReadOnlyMemory<double> scores) : WideScores(name, scores.Length)
{
    internal override ReadOnlySpan<long> Keys64(long first, int count, Span<long> buffer)
    {
        var given = scores.Span.Slice((int)first, count);
        for (int i = 0; i < count; i++)
            buffer[i] = ScoreKey.Of(given[i]);
        return buffer[..count];
    }
}
