namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A clock that goes on only when told.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _microseconds;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => _microseconds;

    public void Advance(double milliseconds) => _microseconds += (long)(milliseconds * 1000);
}
