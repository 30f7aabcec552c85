namespace PruneSharp.Onnx;

/// <summary>Prunes ONNX files.</summary>
public static class OnnxPruner
{
    /// <summary>
    /// Writes <paramref name="output"/>: the input with the weights that the plan selects set to zero, and nothing else changed but the
    /// provenance in metadata_props (and, with external data, the names of the data files). Weights are streamed; memory holds one mask
    /// at a time. The output appears whole or not at all, the input is never modified.
    /// </summary>
    /// <param name="input">Path of an ONNX model.</param>
    /// <param name="output">Path of the pruned model; null only for a dry run.</param>
    /// <param name="plan">What to prune.</param>
    /// <param name="options">How; default <see cref="PruneOptions"/>.</param>
    /// <exception cref="InvalidModelException">The model is damaged, or a weight is NaN.</exception>
    /// <exception cref="InvalidPlanException">The plan has problems, or its patterns match nothing.</exception>
    /// <exception cref="ArgumentException">The amount or limits cannot be met by this model.</exception>
    /// <exception cref="InvalidOperationException">The plan selects nothing.</exception>
    /// <exception cref="OperationCanceledException"><see cref="PruneOptions.Cancellation"/> asked to stop.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    public static PruneReport Prune(string input, string? output, Plan plan, PruneOptions? options = null)
    {
        options ??= new();
        if (!options.DryRun)
        {
            ArgumentNullException.ThrowIfNull(output);
            OutputFile.CheckFree(output, options.Force, input);
        }

        using var model = OnnxModel.Open(input);
        if (!options.DryRun)
            OutputFile.CheckFree(output!, options.Force, model.ExternalFiles);
        var targets = TargetSelection.Of(plan, ModelWeights.Of(model));
        if (targets.Selected.Count == 0)
            throw new InvalidOperationException($"{model.Name} has nothing to prune: {targets.Skipped.Count} constants, none of them a weight that the plan selects. inspect lists the reasons.");
        try
        {
            return Prune(model, options.DryRun ? null : output, plan, targets, options);
        }
        catch (NaNScoreException error)
        {
            throw new InvalidModelException(model.Name, $"tensor {error.Tensor} holds NaN (unit {error.Index}); weights that are no numbers cannot be ranked. Leave it out with --skip, or repair the model.", error);
        }
    }

    private static PruneReport Prune(OnnxModel model, string? output, Plan plan, TargetSelection targets, PruneOptions options)
    {
        var selected = targets.Selected;
        options.Progress?.Report($"ranking {selected.Sum(w => w.Weights.Data.Length)} weights in {selected.Count} tensors");
        var counts = MaskPlanning.Allocate(plan, [.. selected.Select(w => w.Weights)], zerosFirst: true, options.Threads);
        var layers = new PrunedLayer?[selected.Count];
        var writers = selected.Select((weight, i) => (weight, new Action<Stream>(stream =>
        {
            options.Cancellation.ThrowIfCancellationRequested();
            options.Progress?.Report($"pruning {weight.Name} ({i + 1} of {selected.Count})");
            var mask = plan.Structure.Prune(weight.Weights, plan.Criterion, counts[i], zerosFirst: true, options.Threads);
            layers[i] = WeightZeroing.Write(weight, mask, stream, options.Cancellation);
        }))).ToList();

        long? outputBytes = null;
        IReadOnlyList<string> unused = [];
        if (output is null)
            writers.ForEach(w => w.Item2(Stream.Null));
        else
            (outputBytes, unused) = Write(model, output, plan, writers, layers, options);

        long parameters = layers.Sum(l => l!.Parameters), zeros = layers.Sum(l => l!.Zeros);
        return new()
        {
            Model = model.Path,
            Output = output,
            Parameters = parameters,
            ZerosBefore = layers.Sum(l => l!.ZerosBefore),
            Zeros = zeros,
            Sparsity = parameters == 0 ? 0 : (double)zeros / parameters,
            InputBytes = model.TotalBytes,
            OutputBytes = outputBytes,
            Layers = [.. layers.Select(l => l!)],
            Skipped = targets.Skipped,
            UnusedDataFiles = unused,
        };
    }

    private static (long Bytes, IReadOnlyList<string> Unused) Write(
        OnnxModel model, string output, Plan plan, List<(ModelWeight Weight, Action<Stream> Write)> writers, PrunedLayer?[] layers, PruneOptions options)
    {
        using var external = new ExternalOutput(model, output);
        using var file = OutputFile.Create(output, options.Force);
        external.Write(writers.Select(w => (w.Weight.Stored, w.Write)));
        var edits = writers.Where(w => !w.Weight.Stored.IsExternal).SelectMany(w => WeightEdits.Of(model, w.Weight.Stored, w.Write))
            .Concat(external.LocationEdits())
            .Concat(Provenance.Edits(model, plan, layers));
        WireSplice.Write(model.Source, edits, file.Stream);
        if (file.Stream.Length > int.MaxValue)
            throw new InvalidModelException(model.Name, $"with its provenance the pruned model would have {file.Stream.Length} bytes; protobuf allows 2 GiB. Save the model with external data.");
        long bytes = file.Stream.Length + external.Bytes;
        file.Commit();
        external.Keep();
        return (bytes, external.Unused());
    }
}
