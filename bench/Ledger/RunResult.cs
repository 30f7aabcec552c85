using System.Text.Json;

/// <summary>What one run gave.</summary>
/// <param name="Id">The row.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Accuracy">Percent of the 10,000 test pictures, after the last epoch.</param>
/// <param name="Sparsity">Fraction of zeros among the weights.</param>
/// <param name="Bytes">Size of the network as one self-unpacking ONNX file with the exact values; of the plain one for dense networks.</param>
/// <param name="Seconds">Time of the training.</param>
internal sealed record RunResult(string Id, int Seed, double Accuracy, double Sparsity, long Bytes, double Seconds)
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static RunResult? Read(string path) => File.Exists(path) ? JsonSerializer.Deserialize<RunResult>(File.ReadAllText(path), _json) : null;

    public void Write(string path)
    {
        File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(this, _json));
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
