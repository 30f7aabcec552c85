namespace PruneSharp;

/// <summary>Finds the distance at which columns of a mask look alike, as the width of the picture that a first layer sees.</summary>
internal static class MaskPeriod
{
    private const int Longest = 256;

    /// <summary>The distance from 2 to 256 with the highest correlation of survivors per column; 1 where no correlation is positive.</summary>
    public static int Of(ReadOnlySpan<int> positions, int columns)
    {
        var counts = new long[columns];
        foreach (int position in positions)
            counts[position % columns]++;
        long sum = 0;
        foreach (long count in counts)
            sum += count;
        int best = 1;
        double highest = 0;
        for (int lag = 2; lag <= Math.Min(Longest, columns / 3); lag++)
        {
            long products = 0;
            for (int i = lag; i < columns; i++)
                products += counts[i] * counts[i - lag];
            double correlation = (double)products / (columns - lag) - (double)sum / columns * sum / columns;
            if (correlation > highest)
                (highest, best) = (correlation, lag);
        }

        return best;
    }
}
