using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Compares a packed file with its input before it appears.</summary>
internal static class PackCheck
{
    /// <summary>Fills in the report's measurements.</summary>
    /// <exception cref="PackMismatchException">The packed model is not the same.</exception>
    public static PackReport Run(PackReport report, PackPlan plan, string packed, VerifyOptions verify, PackOptions options)
    {
        WeightCheck.Run(plan, packed);
        return Run(report, packed, verify, options, measureLoad: true);
    }

    /// <summary>Compares two dense or self-unpacking files.</summary>
    /// <exception cref="PackMismatchException">The packed model is not the same.</exception>
    public static PackReport Run(PackReport report, string packed, VerifyOptions verify, PackOptions options, bool measureLoad)
    {
        try
        {
            ModelSession.Open(report.Model).Dispose();
        }
        catch (InvalidModelException error)
        {
            return report with { Warnings = [.. report.Warnings, $"Weights were compared, outputs were not: {error.Message}"] };
        }

        if (measureLoad)
            report = Loads(report, packed);
        VerifyReport comparison;
        try
        {
            comparison = Verifier.Compare(report.Model, packed, verify);
        }
        catch (InvalidModelException error)
        {
            return report with { Warnings = [.. report.Warnings, $"Weights were compared, outputs were not: {error.Message}"] };
        }

        if (options.Values.IsLossless && comparison.Outputs.FirstOrDefault(o => !(o.MaxRelativeDifference <= verify.Tolerance)) is { } worst)
            throw new PackMismatchException($"The packed model differs and was not written: output {worst.Name} by {worst.MaxAbsDifference:G3}.");
        return report with { Outputs = comparison.Outputs, MaxAbsDifference = comparison.Outputs.Count == 0 ? null : comparison.Outputs.Max(o => o.MaxAbsDifference), Warnings = [.. report.Warnings, .. comparison.Problems.Select(p => p + ".")] };
    }

    private static PackReport Loads(PackReport report, string packed)
    {
        try
        {
            var costs = LoadCost.Measure(report.Model, packed);
            return report with
            {
                LoadMillisecondsBefore = costs[0].Milliseconds,
                LoadMillisecondsAfter = costs[1].Milliseconds,
                PeakBytesBefore = costs[0].PeakBytes,
                PeakBytesAfter = costs[1].PeakBytes,
            };
        }
        catch (InvalidModelException error)
        {
            throw new PackMismatchException($"The packed model does not load, and was not written: {error.Message}");
        }
    }
}
