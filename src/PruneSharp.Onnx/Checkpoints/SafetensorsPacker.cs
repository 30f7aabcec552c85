namespace PruneSharp.Onnx;

/// <summary>Packs and unpacks safetensors checkpoints in the layouts of <see cref="CompressedTensors"/>.</summary>
public static class SafetensorsPacker
{
    private const string Extension = ".safetensors";
    private const int Chunk = 1 << 20;

    /// <summary>Whether a file is a checkpoint, by its name.</summary>
    public static bool Is(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Compresses a checkpoint, and decompresses it once to compare every byte before the file appears.</summary>
    /// <param name="input">Path of a dense checkpoint.</param>
    /// <param name="output">Path of the compressed one.</param>
    /// <param name="format">The layout.</param>
    /// <param name="keepNegativeZeros">Whether −0 keeps its sign; else it becomes 0.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="cancellation">Stops the work; nothing is written then.</param>
    /// <exception cref="InvalidModelException">The checkpoint is damaged, or compressed already.</exception>
    /// <exception cref="InvalidOperationException">A tensor would not come back as it was; nothing is written.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
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
    /// <param name="input">Path of a compressed checkpoint.</param>
    /// <param name="output">Path of the dense one.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="cancellation">Stops the work; nothing is written then.</param>
    /// <exception cref="InvalidModelException">The checkpoint is damaged.</exception>
    /// <exception cref="InvalidOperationException">Nothing in it is compressed.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
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
