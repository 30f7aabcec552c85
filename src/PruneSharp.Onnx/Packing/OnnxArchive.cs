namespace PruneSharp.Onnx;

/// <summary>ONNX models in archives of packed weights: the smallest file, which must be unpacked before a runtime can load it.</summary>
public static class OnnxArchive
{
    /// <summary>Extension of archives.</summary>
    public const string Extension = ".psz";

    // Shorter tensors cost more in the index than they save.
    private const int LeastLength = 16;

    /// <summary>Whether a file is an archive.</summary>
    /// <exception cref="IOException">The file is missing, a folder, or cannot be read.</exception>
    public static bool Is(string path)
    {
        if (!File.Exists(path))
            throw new IOException(Directory.Exists(path) ? $"{path} is a folder; name a file." : $"{path} does not exist.");
        using var stream = File.OpenRead(path);
        return PszReader.IsArchive(stream);
    }

    /// <summary>The files of a model with the tensors in them. Values of the plan's weights are kept as it chose, all others exactly.</summary>
    /// <exception cref="InvalidModelException">The model is damaged.</exception>
    /// <exception cref="NotSupportedException">External data lie in another folder than the model.</exception>
    public static IReadOnlyList<ArchiveInput> Inputs(PackPlan plan)
    {
        var model = plan.Model;
        var selected = plan.Weights.ToDictionary(w => w.Weight.Weight.Stored, w => w.Weight);
        var tensors = new List<(string? File, ArchiveInputTensor Tensor)>();
        foreach (var tensor in model.Tensors.Values)
        {
            if (tensor.ElementType is not { } type || Place(model, tensor, type) is not { } place)
                continue;
            var data = TensorData.Of(model, tensor);
            var values = selected.TryGetValue(tensor, out var weight) ? weight.Choice : ValueChoice.Exact;
            if (data.Length >= LeastLength)
                tensors.Add((place.File, new(weight?.Weight.Name ?? tensor.Proto.Name, [.. tensor.Proto.Dims], place.Offset, data, values)));
        }

        var files = new List<ArchiveInput> { Input(Path.GetFileName(model.Path), model.Source, tensors.Where(t => t.File is null)) };
        string folder = Path.GetDirectoryName(Path.GetFullPath(model.Path))!;
        foreach (string path in model.ExternalFiles)
        {
            if (Path.GetDirectoryName(path) != folder)
                throw new NotSupportedException($"{model.Name} keeps values in {path}; an archive can take files of the model's own folder only.");
            files.Add(Input(Path.GetFileName(path), model.File(path), tensors.Where(t => t.File == path)));
        }

        return files;
    }

    private static (string? File, long Offset)? Place(OnnxModel model, StoredTensor tensor, ElementType type)
    {
        if (!tensor.IsExternal)
            return TensorData.ContiguousField(model, tensor, type) is { } field ? (null, field.ContentStart) : null;
        var (_, offset) = TensorData.ExternalRange(model, tensor, TensorData.Bytes(model, tensor));
        return (model.External(tensor).Path, offset);
    }

    // Tensors that share bytes are archived once, by the first name.
    private static ArchiveInput Input(string name, ByteSource source, IEnumerable<(string? File, ArchiveInputTensor Tensor)> tensors)
    {
        var apart = new List<ArchiveInputTensor>();
        long end = 0;
        foreach (var (_, tensor) in tensors.OrderBy(t => t.Tensor.Offset))
        {
            if (tensor.Offset < end)
                continue;
            apart.Add(tensor);
            end = tensor.Offset + tensor.Data.Length * tensor.Data.Type.Bytes();
        }

        return new(name, source.Length, source.CopyTo, apart);
    }

    /// <summary>Restores a model: its file under <paramref name="output"/>, external data beside it under their own names.</summary>
    /// <exception cref="InvalidModelException">The archive is damaged.</exception>
    /// <exception cref="IOException">The output exists and <paramref name="force"/> is false, a data file exists, or one cannot be written.</exception>
    public static UnpackReport Unpack(string input, string output, bool force = false, CancellationToken cancellation = default)
    {
        OutputFile.CheckFree(output, force, input);
        using var stream = File.OpenRead(input);
        var archive = PszReader.Open(stream, Path.GetFileName(input));
        if (archive.Files.Count == 0)
            throw new InvalidModelException(Path.GetFileName(input), "the archive holds no file.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        string[] paths = [output, .. archive.Files.Skip(1).Select(f => Path.Combine(folder, f.Name))];
        foreach (string path in paths.Skip(1))
        {
            if (File.Exists(path))
                throw new IOException($"{path} exists already, and data files are never replaced, since other models may use them. Unpack into another folder.");
            OutputFile.CheckFree(path, force: false, input, output);
        }

        var files = new List<OutputFile>();
        try
        {
            for (int i = 0; i < paths.Length; i++)
            {
                files.Add(OutputFile.Create(paths[i], force && i == 0));
                archive.Restore(archive.Files[i], files[i].Stream, cancellation);
                files[i].Finish();
            }

            // The model comes last, so that it never stands without its data.
            for (int i = paths.Length - 1; i >= 0; i--)
                files[i].Commit();
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }

        return new(1, "unpack", input, output, stream.Length, archive.Files.Sum(f => f.Length),
            [.. archive.Files.SelectMany(f => f.Tensors).Select(t => new UnpackedLayer(t.Name, t.Shape, "archive", "archive"))]);
    }
}
