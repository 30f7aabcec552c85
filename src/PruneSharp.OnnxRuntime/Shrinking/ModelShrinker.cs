using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Removes units from models for good, and proves that what is left computes what it did with them masked.</summary>
public static class ModelShrinker
{
    // Families are given back at most this often; each time is one more measurement.
    private const int MostRounds = 3;

    /// <summary>
    /// Writes <paramref name="output"/>: the input without the channels, heads and hidden units that the target lets go. Before the file
    /// appears it is compared in ONNX Runtime with the whole model whose units are masked (for <see cref="ShrinkTarget.Dead"/> with the
    /// model as it is), on several inputs and, where the model allows it, two batch sizes.
    /// </summary>
    /// <param name="input">Path of an ONNX model.</param>
    /// <param name="output">Path of the shrunk model; null to see what would go.</param>
    /// <param name="target">How much.</param>
    /// <param name="options">How; default <see cref="ShrinkOptions"/>.</param>
    /// <exception cref="InvalidModelException">The model is damaged.</exception>
    /// <exception cref="ShrinkMismatchException">The result does not compute what it must; nothing is written.</exception>
    /// <exception cref="InvalidPlanException">A pattern matches nothing.</exception>
    /// <exception cref="InvalidOperationException">The target cannot be met, or nothing can go.</exception>
    /// <exception cref="ArgumentException">An option is out of range, a cut list does not fit, or a weight is NaN.</exception>
    /// <exception cref="OperationCanceledException"><see cref="ShrinkOptions.Cancellation"/> asked to stop.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    public static ShrinkReport Shrink(string input, string? output, ShrinkTarget target, ShrinkOptions? options = null)
    {
        options ??= new();
        if (output is not null)
            OutputFile.CheckFree(output, options.Force, input);
        using var model = OnnxModel.Open(input);
        if (output is not null)
            OutputFile.CheckFree(output, options.Force, [input, .. model.ExternalFiles]);
        var run = new ShrinkRun(model, target, options);
        var cut = run.Choose();
        var warnings = new List<string>();
        var verification = run.Verify(cut, warnings);
        var latencies = run.Latencies(cut);
        for (int round = 0; round < MostRounds && options.GiveBack && latencies is { } measured && run.GiveBack(cut, ShrinkWarnings.Ratio(measured)) is { } gentler; round++)
        {
            var again = run.Latencies(gentler.Cut)!.Value;
            if (ShrinkWarnings.Ratio(again) >= ShrinkWarnings.Ratio(measured))
                break;
            warnings.Add($"Given back, since their layers got slower: {string.Join(", ", gentler.Families)}.");
            (cut, latencies) = (gentler.Cut, again);
            verification = run.Verify(cut, warnings);
        }

        warnings.AddRange(ShrinkWarnings.Of(target, options, cut, latencies));
        return new()
        {
            Model = input,
            Output = output,
            ParametersBefore = run.Analysis.Parameters,
            ParametersAfter = cut.Parameters,
            MacsBefore = run.Analysis.Macs,
            MacsAfter = cut.Macs,
            InputBytes = model.TotalBytes,
            OutputBytes = output is null ? null : OnnxShrinker.Write(cut, output, run.Description, options.Force, temporary => Load(temporary, verification), options.Cancellation),
            MillisecondsBefore = latencies?.Before.MedianMilliseconds,
            MillisecondsAfter = latencies?.After.MedianMilliseconds,
            Families = cut.Families,
            Refused = run.Refused,
            Verification = verification,
            Warnings = [.. warnings.Distinct(StringComparer.Ordinal)],
            Cuts = cut.Slices,
        };
    }

    /// <summary>All that one channel touches: an output channel of a weight or node (<c>conv1.weight:5</c>), or an index of any axis (<c>conv1.weight:1:5</c>).</summary>
    /// <param name="input">Path of an ONNX model.</param>
    /// <param name="name">The channel.</param>
    /// <param name="options">How; default <see cref="ShrinkOptions"/>.</param>
    /// <exception cref="InvalidModelException">The model is damaged.</exception>
    /// <exception cref="ArgumentException">There is no such name or index.</exception>
    public static UnitExplanation Explain(string input, string name, ShrinkOptions? options = null)
    {
        options ??= new();
        using var model = OnnxModel.Open(input);
        return ShrinkAnalysis.Of(model, ShapeProbe.Run(model, options.Verify.Dims, options.Cancellation), options.Rules).Explain(name);
    }

    // A model that ONNX Runtime does not run was not compared, and is not loaded either.
    private static void Load(string temporary, ShrinkVerification? verification)
    {
        if (verification is not null)
            ModelSession.Open(temporary).Dispose();
    }
}
