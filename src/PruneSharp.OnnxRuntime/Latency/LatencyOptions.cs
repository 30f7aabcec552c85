namespace PruneSharp.OnnxRuntime;

/// <summary>How models are timed.</summary>
public sealed record LatencyOptions
{
    /// <summary>Threads inside one operator; default 1, which varies least. 0 lets ONNX Runtime choose: one a physical core.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Least time that each model is measured in all, in milliseconds; default 1000. <see cref="MaximumRuns"/> may end it sooner.</summary>
    public double MinimumMilliseconds { get; init; } = 1000;

    /// <summary>Least runs of each model that are measured; default 10.</summary>
    public int MinimumRuns { get; init; } = 10;

    /// <summary>Most runs of each model that are measured; default 10,000.</summary>
    public int MaximumRuns { get; init; } = 10_000;

    /// <summary>Sizes of dynamic dimensions by name; default none, sizes are chosen.</summary>
    public IReadOnlyDictionary<string, int> Dims { get; init; } = new Dictionary<string, int>();

    /// <summary>Range of generated floating-point inputs; default [0, 1). Pictures often want 0 to 255 or −1 to 1.</summary>
    public InputRange Range { get; init; } = new();

    /// <summary>Seed of the generated inputs; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>What measures the time; default the system's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Stops the work between two runs; nothing is left behind then. Default never.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Refuses values that mean nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count or time is out of its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        if (!double.IsFinite(MinimumMilliseconds) || MinimumMilliseconds < 0)
            throw new ArgumentOutOfRangeException(nameof(MinimumMilliseconds), MinimumMilliseconds, "The time to measure is a finite number of milliseconds from 0.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumRuns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumRuns, MinimumRuns);
    }
}
