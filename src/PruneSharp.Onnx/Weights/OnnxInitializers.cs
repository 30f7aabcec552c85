namespace PruneSharp.Onnx;

/// <summary>The initializers of a model by name, to be read and replaced.</summary>
public static class OnnxInitializers
{
    /// <summary>The floating-point initializers of the main graph, in file order.</summary>
    /// <exception cref="InvalidModelException">The values of one do not fit its shape, are missing, or lie outside their file.</exception>
    public static IReadOnlyList<OnnxInitializer> Of(OnnxModel model) =>
        [.. model.Proto.Graph.Initializer.Select(proto => model.Tensors[proto]).Where(t => t.ElementType is not null).Select(t => new OnnxInitializer(t, TensorData.Of(model, t)))];

    /// <summary>
    /// Writes a copy of the model with new values in some initializers; type, shape and everything else stay as they are. External data go
    /// to new files beside the output. The output appears whole or not at all, the input is never modified.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="output">Path of the copy.</param>
    /// <param name="values">
    /// Initializers of <paramref name="model"/>, and what writes all new values of each, little-endian and row-major. Of initializers that
    /// share external bytes the first counts.
    /// </param>
    /// <param name="force">Replace an existing output.</param>
    /// <returns>Bytes of the output with its external data.</returns>
    /// <exception cref="InvalidModelException">Two of them share a part of their external bytes, but not all.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    public static long Write(OnnxModel model, string output, IReadOnlyList<(OnnxInitializer Initializer, Action<Stream> Write)> values, bool force)
    {
        OutputFile.CheckFree(output, force, [model.Path, .. model.ExternalFiles]);
        var changed = values.Select(v => (v.Initializer.Stored, v.Write)).Where(v => !v.Stored.IsExternal).Concat(External(model, values)).ToList();
        using var external = new ExternalOutput(model, output);
        using var file = OutputFile.Create(output, force);
        external.Write(changed);
        WireSplice.Write(model.Source, changed.Where(c => !c.Stored.IsExternal).SelectMany(c => WeightEdits.Of(model, c.Stored, c.Write)).Concat(external.LocationEdits()), file.Stream);
        long bytes = file.Stream.Length + external.Bytes;
        file.Commit();
        external.Keep();
        return bytes;
    }

    private static List<(StoredTensor Stored, Action<Stream> Write)> External(OnnxModel model, IReadOnlyList<(OnnxInitializer Initializer, Action<Stream> Write)> values)
    {
        var apart = new List<(StoredTensor, Action<Stream>)>();
        foreach (var file in values.Where(v => v.Initializer.Stored.IsExternal).GroupBy(v => model.External(v.Initializer.Stored).Path))
        {
            (long Start, long End, string Name) last = default;
            foreach (var (initializer, write) in file.OrderBy(v => model.External(v.Initializer.Stored).Offset))
            {
                long start = model.External(initializer.Stored).Offset, end = start + TensorData.Bytes(model, initializer.Stored);
                if (last.Name is not null && (start, end) == (last.Start, last.End))
                    continue;
                if (last.Name is not null && start < last.End)
                    throw new InvalidModelException(model.Name, $"tensors {last.Name} and {initializer.Name} share a part of their external bytes, so they cannot have values of their own.");
                last = (start, end, initializer.Name);
                apart.Add((initializer.Stored, write));
            }
        }

        return apart;
    }
}
