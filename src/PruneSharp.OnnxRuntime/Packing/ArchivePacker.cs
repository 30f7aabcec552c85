using System.Security.Cryptography;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Packs ONNX files into archives and proves that they come back.</summary>
public static class ArchivePacker
{
    /// <summary>
    /// Writes an archive of a model with its external data. Before it appears it is restored again: with exact values it must give the
    /// same bytes; with others the restored model is run against the input in ONNX Runtime.
    /// </summary>
    /// <param name="input">Path of an ONNX model.</param>
    /// <param name="output">Path of the archive.</param>
    /// <param name="options">How; positions are always chosen for the least bytes.</param>
    /// <param name="verify">How both models are compared; default <see cref="VerifyOptions"/>.</param>
    /// <exception cref="InvalidModelException">The model is damaged.</exception>
    /// <exception cref="PackMismatchException">The restored model is not the same; nothing is written.</exception>
    /// <exception cref="NotSupportedException">External data lie in another folder than the model.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    public static PackReport Pack(string input, string output, PackOptions? options = null, VerifyOptions? verify = null)
    {
        options ??= new();
        using var model = OnnxModel.Open(input);
        OutputFile.CheckFree(output, options.Force, [input, .. model.ExternalFiles]);
        var plan = PackPlan.Of(model, options);
        using var file = OutputFile.Create(output, options.Force);
        options.Progress?.Report("writing the archive");
        var inputs = OnnxArchive.Inputs(plan);
        var files = PszWriter.Write(file.Stream, inputs, options.Cancellation);
        var report = Report(plan, files, input, output, file.Stream.Length);
        options.Progress?.Report("verifying");
        bool same = inputs.Zip(files).All(pair => Digest(pair.First).AsSpan(0, pair.Second.Digest.Length).SequenceEqual(pair.Second.Digest.Span));
        if (options.Values == ValueEncoding.Exact && !same)
            throw new PackMismatchException("The archive does not restore the input's bytes, and was not written.");
        report = same
            ? report with { MaxAbsDifference = 0 }
            : Compare(report, file.Finish(), output, verify ?? new(), options);
        options.Cancellation.ThrowIfCancellationRequested();
        file.Commit();
        return report;
    }

    private static PackReport Report(PackPlan plan, IReadOnlyList<ArchiveFile> files, string input, string output, long bytes)
    {
        var archived = files.SelectMany(f => f.Tensors).GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.First().PackedBytes, StringComparer.Ordinal);
        PackedLayer Layer(PackedLayer layer) => archived.TryGetValue(layer.Name, out long packed)
            ? layer with { Positions = "archive", Bytes = packed, Reason = null, Costs = new Dictionary<string, long>(layer.Costs) { ["archive"] = packed } }
            : layer;
        return new()
        {
            Model = input,
            Output = output,
            InputBytes = files.Sum(f => f.Length),
            OutputBytes = bytes,
            BoundBytes = plan.BoundBytes,
            Layers = [.. plan.Layers.Select(Layer)],
            Skipped = plan.Skipped,
            Warnings = [$"ONNX Runtime cannot load an archive: prunesharp unpack {Path.GetFileName(output)} -o MODEL.onnx restores the model."],
        };
    }

    private static PackReport Compare(PackReport report, string archive, string output, VerifyOptions verify, PackOptions options)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(output))!, $".prunesharp-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        try
        {
            string restored = Path.Combine(folder, Path.GetFileName(report.Model));
            OnnxArchive.Unpack(archive, restored, cancellation: options.Cancellation);
            return PackCheck.Run(report, restored, verify, options, load: null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Digest(ArchiveInput input)
    {
        using var hash = SHA256.Create();
        using var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write);
        input.CopyTo(stream, 0, input.Length);
        stream.FlushFinalBlock();
        return hash.Hash!;
    }
}
