namespace PruneSharp.Onnx;

/// <summary>Writes shrunk models.</summary>
public static class OnnxShrinker
{
    /// <summary>
    /// Writes the model without the units of a cut. The file appears whole or not at all; external data goes to a file of its own beside it.
    /// A cut that takes nothing leaves every byte as it is.
    /// </summary>
    /// <param name="cut">What goes.</param>
    /// <param name="output">Path of the shrunk model.</param>
    /// <param name="description">What was done, for the model's metadata.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="check">Given the path of the finished file before it appears; may throw to stop it.</param>
    /// <param name="cancellation">Stops the work; nothing is left behind then.</param>
    /// <returns>Bytes of the model and its external data.</returns>
    /// <exception cref="InvalidModelException">A weight's values do not fit its shape.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    public static long Write(ShrinkCut cut, string output, string description, bool force = false, Action<string>? check = null, CancellationToken cancellation = default)
    {
        var model = cut.Analysis.Graph.Model;
        OutputFile.CheckFree(output, force, [model.Path, .. model.ExternalFiles]);
        var edits = cut.Edits();
        using var external = new RemainingExternal(model, output, Removed(edits), Changed(edits));
        using var file = OutputFile.Create(output, force);
        external.Write();
        WireSplice.Write(model.Source, All(cut, edits, description, external).Select(edit => edit with
        {
            Write = stream =>
            {
                cancellation.ThrowIfCancellationRequested();
                edit.Write(stream);
            },
        }), file.Stream);
        long bytes = file.Stream.Length;
        if (bytes > int.MaxValue)
            throw new InvalidModelException(model.Name, $"shrunk, the model would have {bytes} bytes; protobuf allows 2 GiB. Save the model with external data.");
        string temporary = file.Finish();
        check?.Invoke(temporary);
        cancellation.ThrowIfCancellationRequested();
        file.Commit();
        external.Keep();
        return bytes + external.Bytes;
    }

    // Gaps between external values, and what says where they are.
    private const int ExternalBytes = 256;

    /// <summary>Bytes that <see cref="Write"/> would write, or a few more.</summary>
    public static long Bytes(ShrinkCut cut, string description)
    {
        var model = cut.Analysis.Graph.Model;
        var edits = cut.Edits();
        var changed = Changed(edits);
        long external = model.Tensors.Values.Where(t => t.IsExternal).Except(Removed(edits)).Sum(t => ExternalBytes + (changed.GetValueOrDefault(t)?.Bytes ?? TensorData.Bytes(model, t)));
        long file = WireSplice.Length(model.Source, edits.Edits()) - changed.Values.Sum(payload => payload.Bytes);
        using var provenance = new MemoryStream();
        if (!cut.IsEmpty)
            foreach (var edit in Described(model, description))
                edit.Write(provenance);
        return file + provenance.Length + external;
    }

    private static IEnumerable<WireEdit> All(ShrinkCut cut, ModelEdits edits, string description, RemainingExternal external) =>
        edits.Edits(external).Concat(external.Edits()).Concat(cut.IsEmpty ? [] : Described(cut.Analysis.Graph.Model, description));

    private static IEnumerable<WireEdit> Described(OnnxModel model, string description) => Provenance.Edits(model, [("shrink", () => description)]);

    private static HashSet<StoredTensor> Removed(ModelEdits edits) => [.. edits.Constants.Where(c => c.Value is null).Select(c => c.Key)];

    private static Dictionary<StoredTensor, PayloadTensor> Changed(ModelEdits edits) =>
        edits.Constants.Where(c => c.Key.IsExternal && c.Value is not null).ToDictionary(c => c.Key, c => c.Value!);
}
