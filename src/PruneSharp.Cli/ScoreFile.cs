namespace PruneSharp.Cli;

/// <summary>Scores in a safetensors file.</summary>
internal static class ScoreFile
{
    /// <summary>All its floating-point tensors, by name.</summary>
    /// <exception cref="InvalidModelException">The file is damaged, or holds other types.</exception>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<double>> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var file = SafetensorsFile.Open(stream, Path.GetFileName(path));
        var scores = new Dictionary<string, ReadOnlyMemory<double>>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors)
        {
            var type = tensor.Type.Name switch
            {
                "F64" => ElementType.Float64,
                "F32" => ElementType.Float32,
                "F16" => ElementType.Float16,
                "BF16" => ElementType.BFloat16,
                _ => throw new InvalidModelException(file.Name, $"scores are floating-point numbers, but {tensor.Name} holds {tensor.Type.Name}."),
            };
            var bytes = new byte[tensor.Bytes];
            file.Read(tensor, 0, bytes);
            var values = new double[tensor.Length];
            WeightData.Of(bytes, type).ReadValues(0, values);
            scores[tensor.Name] = values;
        }

        return scores;
    }
}
