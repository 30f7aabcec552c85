using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;

namespace PruneSharp.Cli.Verbs;

/// <summary>The part of pack and unpack that is about safetensors checkpoints.</summary>
internal static class SafetensorsPacking
{
    private const string Extension = ".safetensors";
    private const int Chunk = 1 << 20;

    /// <summary>Whether a file is a checkpoint, by its name.</summary>
    public static bool Is(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Compresses a checkpoint, and decompresses it once to compare every byte before the file appears.</summary>
    public static SafetensorsReport Pack(string input, string output, CompressedTensorsFormat format, bool keepNegativeZeros, bool force, CancellationToken cancellation)
    {
        using var source = Open(input);
        OutputFile.CheckFree(output, force, input);
        var dense = SafetensorsFile.Open(source, Path.GetFileName(input));
        using var file = OutputFile.Create(output, force);
        var report = CompressedTensors.Compress(dense, file.Stream, format, keepNegativeZeros, cancellation);
        using (var restored = OutputFile.Create(output, force: true))
        {
            CompressedTensors.Decompress(SafetensorsFile.Open(file.Stream, Path.GetFileName(output)), restored.Stream, cancellation);
            Compare(dense, SafetensorsFile.Open(restored.Stream, Path.GetFileName(output)), keepNegativeZeros);
        }

        long bytes = file.Stream.Length;
        file.Commit();
        return new(1, "pack", input, output, source.Length, bytes, (double)source.Length / bytes, report.Tensors);
    }

    /// <summary>Decompresses a checkpoint.</summary>
    public static SafetensorsReport Unpack(string input, string output, bool force, CancellationToken cancellation)
    {
        using var source = Open(input);
        OutputFile.CheckFree(output, force, input);
        var packed = SafetensorsFile.Open(source, Path.GetFileName(input));
        using var file = OutputFile.Create(output, force);
        var report = CompressedTensors.Decompress(packed, file.Stream, cancellation);
        if (report.Tensors.All(t => t.Format == CompressedTensorReport.Dense))
            throw new InvalidOperationException($"{Path.GetFileName(input)} holds no compressed weights; there is nothing to unpack.");
        long bytes = file.Stream.Length;
        file.Commit();
        return new(1, "unpack", input, output, source.Length, bytes, (double)source.Length / bytes, report.Tensors);
    }

    /// <summary>Prints a report.</summary>
    public static void Show(SafetensorsReport report, bool json)
    {
        if (json)
        {
            Json.Write(report);
            return;
        }

        var table = new TextTable("tensor", "shape", "format", " bytes before", " bytes after", "");
        foreach (var tensor in report.Tensors)
            table.Add(Text.Name(tensor.Name), Text.Shape(tensor.Shape), tensor.Format, Text.Count(tensor.BytesBefore), Text.Count(tensor.BytesAfter), Text.Plain(tensor.Reason ?? ""));
        table.Write(Console.Out);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{Text.Count(report.InputBytes)} bytes before, {Text.Count(report.OutputBytes)} after.");
        if (report.Command == "pack" && report.Tensors.All(t => t.Format == CompressedTensorReport.Dense))
            Console.Out.WriteLine("No tensor gets smaller in this format: the output holds what the input holds.");
        else if (report.Command == "pack")
            Console.Out.WriteLine("Decompressed again and compared, every tensor is the same (with --values equal, but for the sign of zeros). config.json must name the format in quantization_config.sparsity_config.format.");
    }

    // −0 has the top bit only.
    private static bool DifferOnlyInZeros(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int size)
    {
        for (int i = 0; i < a.Length; i += size)
        {
            for (int at = i; at < i + size; at++)
                if (a[at] != b[at] && !(at == i + size - 1 && a[at] == 0x80 && b[at] == 0 && a[i..at].IndexOfAnyExcept((byte)0) < 0))
                    return false;
        }

        return true;
    }

    private static FileStream Open(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new IOException(Directory.Exists(path) ? $"{path} is a folder; name a file." : $"{path} does not exist.");

    private static void Compare(SafetensorsFile dense, SafetensorsFile restored, bool keepNegativeZeros)
    {
        byte[] first = new byte[Chunk], second = new byte[Chunk];
        foreach (var tensor in dense.Tensors)
        {
            var other = restored.Find(tensor.Name);
            bool same = other is not null && other.Type == tensor.Type && other.Shape.SequenceEqual(tensor.Shape);
            for (long at = 0; same && at < tensor.Bytes; at += Chunk)
            {
                int count = (int)Math.Min(Chunk, tensor.Bytes - at);
                dense.Read(tensor, at, first.AsSpan(0, count));
                restored.Read(other!, at, second.AsSpan(0, count));
                same = first.AsSpan(0, count).SequenceEqual(second.AsSpan(0, count))
                    || (!keepNegativeZeros && tensor.Type.IsFloat && DifferOnlyInZeros(first.AsSpan(0, count), second.AsSpan(0, count), tensor.Type.Bytes));
            }

            if (!same)
                throw new InvalidOperationException($"{tensor.Name} would not come back as it was; nothing was written.");
        }
    }
}
