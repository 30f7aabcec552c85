using System.Globalization;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>What a user should know of a shrunk model beside its figures.</summary>
internal static class ShrinkWarnings
{
    // Less than this is noise.
    private const double Slower = 1.03;

    private const int MostNames = 4;

    /// <summary>Warnings of a cut and its measurements.</summary>
    public static IEnumerable<string> Of(ShrinkTarget target, ShrinkOptions options, ShrinkCut cut, (ModelLatency Before, ModelLatency After)? latencies)
    {
        if (cut.IsEmpty && Empty(target, options.Ranking.Align) is { } nothing)
            yield return nothing;
        if (cut.OtherStatistics is { Count: > 0 } names)
            yield return $"Means and other statistics are taken over units that went ({string.Join(", ", names.Take(MostNames))}{(names.Count > MostNames ? $" and {names.Count - MostNames} more families" : "")}), so that those of what is left are others. The result equals the masked model with its statistics taken over what is left, not the model that was trained.";
        if (target is ShrinkTarget.Latency(var limit) && latencies is { } last && last.After.MedianMilliseconds > limit)
            yield return $"The last measurement, {Number(last.After.MedianMilliseconds)} ms, is above the limit; the cut met it when it was chosen. Other work on the machine moves such numbers.";
        if (latencies is { } measured && Ratio(measured) > Slower)
            yield return $"The shrunk model is slower than the input: it takes {Number(Ratio(measured))} times as long.";
    }

    /// <summary>Time after to time before. Other work on the machine slows medians; the fastest tenth hardly.</summary>
    public static double Ratio((ModelLatency Before, ModelLatency After) latencies) => latencies.After.P10Milliseconds / latencies.Before.P10Milliseconds;

    /// <summary>A number with at most three decimals.</summary>
    public static string Number(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    private static string? Empty(ShrinkTarget target, int align) => target switch
    {
        ShrinkTarget.Units({ Count: > 0 } or { Fraction: > 0 }) => $"Nothing goes: {(align > 1 ? $"kept counts are multiples of {align} (--align)" : "the amount is less than half a unit of every family")}.",
        ShrinkTarget.Macs or ShrinkTarget.Parameters or ShrinkTarget.FileBytes or ShrinkTarget.Latency => "The model is within the limit already; nothing goes.",
        ShrinkTarget.Dead => "Nothing in this model is dead.",
        _ => null,
    };
}
