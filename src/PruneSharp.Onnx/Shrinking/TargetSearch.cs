namespace PruneSharp.Onnx;

/// <summary>Finds the smallest cut that meets a limit.</summary>
public static class TargetSearch
{
    private const int Steps = 14;

    /// <summary>The cut with the smallest fraction of units at which a measure is at most a limit.</summary>
    /// <param name="at">The cut that takes a fraction of the units.</param>
    /// <param name="measure">What is limited; falls as units go, but for steps of alignment.</param>
    /// <param name="limit">The most it may be.</param>
    /// <param name="steps">Halvings of the interval.</param>
    /// <param name="unit">What is measured, for the error.</param>
    /// <exception cref="InvalidOperationException">Not even the largest cut meets the limit.</exception>
    public static ShrinkCut Find(Func<double, ShrinkCut> at, Func<ShrinkCut, double> measure, double limit, string unit, int steps = Steps)
    {
        var none = at(0);
        if (measure(none) <= limit)
            return none;
        var best = at(1);
        if (measure(best) is var least && least > limit)
            throw new InvalidOperationException($"The model cannot shrink to {limit:0.###} {unit}: with all that may go {least:0.###} are left. Fewer restrictions (--align 1, fewer --skip, --approximate) let more go.");
        double low = 0, high = 1;
        for (int step = 0; step < steps; step++)
        {
            double middle = (low + high) / 2;
            var cut = at(middle);
            if (measure(cut) <= limit)
                (high, best) = (middle, cut);
            else
                low = middle;
        }

        return best;
    }
}
