namespace PruneSharp.OnnxRuntime;

/// <summary>The range of generated floating-point inputs, uniform in [Low, High).</summary>
public readonly record struct InputRange
{
    /// <summary>[0, 1).</summary>
    public InputRange()
        : this(0, 1)
    {
    }

    /// <summary>A range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not a finite float32 number, or <paramref name="high"/> is less than <paramref name="low"/>.</exception>
    public InputRange(double low, double high)
    {
        if (!(Math.Abs(low) <= float.MaxValue) || !(Math.Abs(high) <= float.MaxValue) || high < low)
            throw new ArgumentOutOfRangeException(nameof(high), high, $"An input range goes from one float32 number to another that is no less, got {low} to {high}.");
        Low = low;
        High = high;
    }

    /// <summary>Lowest value.</summary>
    public double Low { get; }

    /// <summary>Upper bound, not reached.</summary>
    public double High { get; }

    internal double At(double unit) => Low + unit * (High - Low);
}
