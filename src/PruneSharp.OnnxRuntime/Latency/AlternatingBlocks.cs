namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Times several actions in turn, so that whatever changes during the measurement (clock rates, other processes) meets all of them alike.
/// Each gets <see cref="BlockCount"/> blocks; the order turns around after every round (A B, B A, A B, …), which cancels a linear drift.
/// </summary>
internal static class AlternatingBlocks
{
    /// <summary>Blocks of each action; even.</summary>
    public const int BlockCount = 10;

    /// <summary>Milliseconds of every run, by action. A block holds as many runs as fit its share of the time.</summary>
    /// <param name="actions">What is timed; each has been run before.</param>
    /// <param name="options">Least time, least and most runs, clock, cancellation.</param>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static List<double>[] Measure(IReadOnlyList<Action> actions, LatencyOptions options)
    {
        List<double>[] times = [.. actions.Select(_ => new List<double>())];
        for (int block = 0; block < BlockCount; block++)
        {
            // Runs are shares of the whole, so that 7 runs spread over 10 blocks.
            int least = Share(options.MinimumRuns, block), most = Share(options.MaximumRuns, block);
            for (int position = 0; position < actions.Count; position++)
            {
                int turn = block % 2 == 0 ? position : actions.Count - 1 - position;
                Fill(times[turn], actions[turn], least, most, options);
            }
        }

        return times;
    }

    private static int Share(int runs, int block) => (int)((long)runs * (block + 1) / BlockCount);

    private static void Fill(List<double> times, Action action, int least, int most, LatencyOptions options)
    {
        double left = options.MinimumMilliseconds / BlockCount;
        while (times.Count < most && (times.Count < least || left > 0))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            long start = options.Clock.GetTimestamp();
            action();
            double elapsed = options.Clock.GetElapsedTime(start).TotalMilliseconds;
            times.Add(elapsed);
            left -= elapsed;
        }
    }
}
