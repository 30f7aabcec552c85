namespace PruneSharp.Tests;

/// <summary>The radix sort against the framework's.</summary>
public sealed class ScoreSortTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(4095, true)]
    [InlineData(4096, true)]
    [InlineData(70001, true)]
    [InlineData(70001, false)]
    public void Ascending_gives_the_order_of_the_framework(int count, bool areFloats)
    {
        var random = new Random(1);
        var scores = new double[count];
        for (int i = 0; i < count; i++)
        {
            double value = (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-140, 120));
            scores[i] = i % 97 == 0 ? double.NegativeInfinity : i % 101 == 0 ? double.PositiveInfinity : i % 7 == 0 ? 0 : areFloats ? (float)value : value;
        }

        double[] expected = [.. scores.Order()];
        ScoreSort.Ascending(scores);
        Assert.Equal(expected, scores);
    }
}
