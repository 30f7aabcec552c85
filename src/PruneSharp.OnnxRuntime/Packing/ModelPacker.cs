using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Packs ONNX files and proves that the result is the same model.</summary>
public static class ModelPacker
{
    /// <summary>
    /// Writes <paramref name="output"/>: the input with sparse weights stored sparse, which ONNX Runtime rebuilds at load. Before the file
    /// appears it is unpacked again and compared weight by weight, loaded into ONNX Runtime, and run on the same inputs as the input model.
    /// </summary>
    /// <param name="input">Path of an ONNX model.</param>
    /// <param name="output">Path of the packed model; null to see the sizes only.</param>
    /// <param name="options">How; default <see cref="PackOptions"/>.</param>
    /// <param name="verify">How both models are compared; default <see cref="VerifyOptions"/>.</param>
    /// <param name="planned">Told the sizes before anything is written.</param>
    /// <param name="load">Measures the load of a model; default <see cref="LoadCost.Measure"/>, which knows no peak memory.</param>
    /// <exception cref="InvalidModelException">The model is damaged.</exception>
    /// <exception cref="PackMismatchException">The packed model is not the same model; nothing is written.</exception>
    /// <exception cref="InvalidPlanException">A pattern of the targets matches nothing.</exception>
    /// <exception cref="OperationCanceledException"><see cref="PackOptions.Cancellation"/> asked to stop.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    public static PackReport Pack(string input, string? output, PackOptions? options = null, VerifyOptions? verify = null, Action<PackPlan>? planned = null, Func<string, LoadCost>? load = null)
    {
        options ??= new();
        using var model = OnnxModel.Open(input);
        if (output is not null)
            OutputFile.CheckFree(output, options.Force, [input, .. model.ExternalFiles]);
        var plan = PackPlan.Of(model, options);
        planned?.Invoke(plan);
        var report = new PackReport
        {
            Model = input,
            Output = output,
            InputBytes = model.TotalBytes,
            OutputBytes = null,
            BoundBytes = plan.BoundBytes,
            Layers = plan.Layers,
            Skipped = plan.Skipped,
            Warnings = PackWarnings.Of(plan, options),
        };
        if (output is null)
            return report;
        long bytes = OnnxPacker.Write(plan, output, options, temporary =>
        {
            options.Progress?.Report("verifying in ONNX Runtime");
            report = PackCheck.Run(report, plan, temporary, verify ?? new(), options, load ?? LoadCost.Measure);
        });
        return report with { OutputBytes = bytes };
    }
}
