using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Compares a packed file with its input before it appears.</summary>
internal static class PackCheck
{
    private const int Rounds = 3;

    /// <summary>Fills in the report's measurements.</summary>
    /// <exception cref="PackMismatchException">The packed model is not the same.</exception>
    public static PackReport Run(PackReport report, PackPlan plan, string packed, VerifyOptions verify, PackOptions options, Func<string, LoadCost> load)
    {
        try
        {
            WeightCheck.Run(plan, packed);
        }
        catch (InvalidModelException error)
        {
            throw Mismatch(report, packed, error);
        }

        return Run(report, packed, verify, options, load);
    }

    /// <summary>Compares two dense or self-unpacking files.</summary>
    /// <exception cref="PackMismatchException">The packed model is not the same.</exception>
    public static PackReport Run(PackReport report, string packed, VerifyOptions verify, PackOptions options, Func<string, LoadCost>? load)
    {
        try
        {
            ModelSession.Open(report.Model).Dispose();
        }
        catch (InvalidModelException error)
        {
            return report with { Warnings = [.. report.Warnings, $"{(load is null ? "Outputs were not compared" : "Weights were compared, outputs were not")}: {error.Message}"] };
        }

        options.Cancellation.ThrowIfCancellationRequested();
        if (load is not null)
            report = Loads(report, packed, load, options.Cancellation);
        VerifyReport comparison;
        try
        {
            comparison = Verifier.Compare(report.Model, packed, verify);
        }
        catch (InvalidModelException error) when (error.File != Path.GetFileName(packed))
        {
            return report with { Warnings = [.. report.Warnings, $"{(load is null ? "Outputs were not compared" : "Weights were compared, outputs were not")}: {error.Message}"] };
        }
        catch (InvalidModelException error)
        {
            throw Mismatch(report, packed, error);
        }

        if (options.Values.IsLossless && comparison.Outputs.FirstOrDefault(o => !(o.MaxRelativeDifference <= verify.Tolerance)) is { } worst)
        {
            // A model with random operators differs from itself.
            var itself = Verifier.Compare(report.Model, report.Model, verify).Outputs.FirstOrDefault(o => o.Name == worst.Name);
            if (itself is { MaxRelativeDifference: var own } && own <= verify.Tolerance)
                throw new PackMismatchException($"The packed model differs and was not written: output {worst.Name} by {worst.MaxAbsDifference:G3}.");
            report = report with { Warnings = [.. report.Warnings, $"Output {worst.Name} of the input model differs from run to run, so that only weights could be compared."] };
        }

        return report with { Outputs = comparison.Outputs, MaxAbsDifference = comparison.Outputs.Count == 0 ? null : comparison.Outputs.Max(o => o.MaxAbsDifference), Warnings = [.. report.Warnings, .. comparison.Problems.Select(p => p + ".")] };
    }

    private static PackReport Loads(PackReport report, string packed, Func<string, LoadCost> load, CancellationToken cancellation)
    {
        try
        {
            ModelSession.Open(packed).Dispose();
            List<LoadCost> before = [], after = [];
            for (int round = 0; round < Rounds; round++)
            {
                cancellation.ThrowIfCancellationRequested();
                before.Add(load(report.Model));
                after.Add(load(packed));
            }

            return report with
            {
                LoadMillisecondsBefore = LoadCost.Of(before).Milliseconds,
                LoadMillisecondsAfter = LoadCost.Of(after).Milliseconds,
                PeakBytesBefore = LoadCost.Of(before).PeakBytes,
                PeakBytesAfter = LoadCost.Of(after).PeakBytes,
            };
        }
        catch (InvalidModelException error)
        {
            throw Mismatch(report, packed, error);
        }
    }

    // The temporary name means nothing to anybody.
    private static PackMismatchException Mismatch(PackReport report, string packed, InvalidModelException error)
    {
        string problem = error.Message.Replace(packed, report.Output, StringComparison.Ordinal).Replace(Path.GetFileName(packed), Path.GetFileName(report.Output), StringComparison.Ordinal);
        return new($"The packed model does not load or run, and was not written: {problem}");
    }
}
