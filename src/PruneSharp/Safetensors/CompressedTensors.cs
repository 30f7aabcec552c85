namespace PruneSharp;

/// <summary>
/// Sparse checkpoints in the layouts of the compressed-tensors library as of October 2025; it has since dropped them.
/// A weight <c>P.weight</c> becomes <c>P.shape</c>, <c>P.compressed</c>, <c>P.bitmask</c> and, in sparse-bitmask, <c>P.row_offsets</c>.
/// Values are streamed: no tensor is ever held. config.json is the caller's: see <see cref="CompressedTensorsFormat"/>.
/// </summary>
public static class CompressedTensors
{
    /// <summary>
    /// Compresses each float tensor whose name ends in <c>.weight</c> and that the format makes smaller. Others are copied byte for byte,
    /// as is the metadata. Tensors are written by element size, largest first, else in the input's order, so that each is aligned.
    /// </summary>
    /// <param name="input">The dense checkpoint.</param>
    /// <param name="output">Written to from where it stands; it stays open. It must not be the input's stream.</param>
    /// <param name="format">The layout.</param>
    /// <param name="keepNegativeZeros">
    /// Whether −0 is a survivor, so that every bit comes back. Else it becomes +0, as in compressed-tensors: a product with a mask leaves
    /// many of them behind.
    /// </param>
    /// <param name="cancellation">Stops the work while it writes.</param>
    /// <returns>What became of each tensor, and why some stay dense.</returns>
    /// <exception cref="InvalidModelException">The input holds compressed weights already.</exception>
    public static CompressedTensorsReport Compress(
        SafetensorsFile input, Stream output, CompressedTensorsFormat format, bool keepNegativeZeros = true, CancellationToken cancellation = default)
    {
        if (CompressedNames.Prefixes(input).FirstOrDefault() is { } prefix)
            throw new InvalidModelException(input.Name, $"{prefix} is a compressed weight already. Decompress the file first.");
        var report = new List<CompressedTensorReport>();
        var entries = new List<SafetensorsEntry>();
        foreach (var tensor in input.Tensors)
        {
            var weight = WeightCompression.Plan(input, tensor, format, keepNegativeZeros, out string? reason);
            entries.AddRange(weight?.Entries ?? [Copy(input, tensor)]);
            report.Add(new(tensor.Name, tensor.Shape, weight is null ? CompressedTensorReport.Dense : format.Name, tensor.Bytes,
                weight?.Bytes ?? tensor.Bytes, reason));
        }

        Write(input, output, entries, cancellation);
        return new(report);
    }

    /// <summary>
    /// Restores every compressed weight, in both formats, with all its bits; other tensors and the metadata are copied. Parts may be called
    /// <c>P.compressed</c> or, as in the first releases, <c>P.weight.compressed</c>. The order is that of <see cref="Compress"/>.
    /// </summary>
    /// <param name="input">The compressed checkpoint. Everything is checked before anything is written.</param>
    /// <param name="output">Written to from where it stands; it stays open. It must not be the input's stream.</param>
    /// <param name="cancellation">Stops the work while it writes.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="InvalidModelException">
    /// Two parts of a weight are there and another is missing, parts do not fit each other, or two tensors would get one name.
    /// </exception>
    public static CompressedTensorsReport Decompress(SafetensorsFile input, Stream output, CancellationToken cancellation = default)
    {
        var prefixes = CompressedNames.Prefixes(input);
        var weights = prefixes.ToDictionary(p => p, p => CompressedWeight.Read(input, p));
        var restored = new HashSet<string>();
        foreach (var (prefix, weight) in weights)
            if (input.Find(weight.Name) is not null || !restored.Add(weight.Name))
                throw new InvalidModelException(input.Name, $"the compressed weight {prefix} is to become {weight.Name}, a name that is taken.");

        var report = new List<CompressedTensorReport>();
        var entries = new List<SafetensorsEntry>();
        foreach (var tensor in input.Tensors)
        {
            if (CompressedNames.Prefix(tensor.Name) is not { } prefix || !weights.TryGetValue(prefix, out var weight))
            {
                entries.Add(Copy(input, tensor));
                report.Add(new(tensor.Name, tensor.Shape, CompressedTensorReport.Dense, tensor.Bytes, tensor.Bytes));
            }
            else if (tensor.Name.EndsWith(CompressedNames.Compressed, StringComparison.Ordinal))
            {
                entries.Add(weight.Entry());
                report.Add(new(weight.Name, weight.Shape, weight.Format.Name, weight.StoredBytes, weight.Bytes));
            }
        }

        Write(input, output, entries, cancellation);
        return new(report);
    }

    private static SafetensorsEntry Copy(SafetensorsFile input, SafetensorsTensor tensor) =>
        new(tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes, output => input.Copy(tensor, output));

    private static void Write(SafetensorsFile input, Stream output, List<SafetensorsEntry> entries, CancellationToken cancellation) =>
        SafetensorsWriter.Write(output, [.. entries.OrderByDescending(e => e.Type.Bytes)], input.Metadata, cancellation);
}
