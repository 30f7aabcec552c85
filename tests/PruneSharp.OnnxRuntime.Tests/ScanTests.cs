using System.IO.Compression;
using System.Text;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ScanTests
{
    private static string Toy(string name) => Path.Combine(AppContext.BaseDirectory, "Toys", name);

    [Fact]
    public void Scan_suggests_a_plan_that_keeps_the_measured_change_under_the_budget()
    {
        var report = SensitivityScan.Run(Toy("unet.onnx"), new() { Samples = 2, Budget = 0.1, Amounts = [0.2, 0.5, 0.8] });
        Assert.Equal("relative", report.Metric);
        Assert.InRange(report.TotalChange, 0, 0.1);
        Assert.InRange(report.SuggestedSparsity, 0.01, 0.79);
        Assert.All(report.Layers, l => Assert.Equal([0.2, 0.5, 0.8], l.Changes.Select(c => c.Amount)));
        Assert.All(report.Layers, l => Assert.True(l.Changes[0].Change < l.Control, l.Name));

        // The plan prunes as the scan says, and the pruned file changes as the scan measured.
        string output = Path.Combine(Path.GetTempPath(), $"prunesharp-{Guid.NewGuid():N}.onnx");
        var pruned = OnnxPruner.Prune(Toy("unet.onnx"), output, PlanJson.Read(PlanJson.Write(report.Plan)));
        Assert.Equal(report.SuggestedSparsity, (double)pruned.Layers.Sum(l => l.Zeros) / report.Layers.Sum(l => l.Parameters), 2);
        Assert.Equal(report.Layers.Where(l => l.Suggested > 0).Select(l => l.Name), pruned.Layers.Where(l => l.Zeros > 0).Select(l => l.Name));
        File.Delete(output);
    }

    [Theory]
    [InlineData("tied_embedding.onnx")]
    [InlineData("lstm.onnx")]
    [InlineData("transformer_op17.onnx")]
    public void Scan_runs_on_every_kind_of_weight(string toy)
    {
        var report = SensitivityScan.Run(Toy(toy), new() { Samples = 1, Amounts = [0.5] });
        Assert.NotEmpty(report.Layers);
        Assert.True(report.Control > 0);
    }

    [Fact]
    public void Amounts_lie_on_straight_lines_between_measured_points()
    {
        AmountChange[] curve = [new(0.2, 0.02), new(0.4, 0.10), new(1, 5)];
        Assert.Equal(0.1, SensitivityScan.AmountAt(curve, 0.01), 3);
        Assert.Equal(0.3, SensitivityScan.AmountAt(curve, 0.06), 3);
        Assert.Equal(0.4, SensitivityScan.AmountAt(curve, 3));
        Assert.Equal(0, SensitivityScan.AmountAt([new(0.2, double.PositiveInfinity), new(1, 5)], 3));
    }

    [Fact]
    public void Kl_follows_its_formula_and_takes_logits_through_softmax()
    {
        double expected = 0.75 * Math.Log(0.75 / 0.5) + 0.25 * Math.Log(0.25 / 0.5);
        Assert.Equal(expected, OutputChange.Kl([0.75, 0.25], [0.5, 0.5], 2), 12);
        Assert.Equal(expected, OutputChange.Kl([Math.Log(3), 0], [7, 7], 2), 12);
        Assert.Equal(0, OutputChange.Kl([0.75, 0.25], [0.75, 0.25], 2));
        Assert.Equal(0.5, OutputChange.Relative([3, 4], [3, 1.5]));
        Assert.Equal(double.PositiveInfinity, OutputChange.Relative([3, 4], [3, double.NaN]));
    }

    [Fact]
    public void Npz_samples_are_read_and_misfits_are_named()
    {
        using var session = ModelSession.Open(Toy("weight_share.onnx"));
        string name = session.InputNames[0], path = Path.Combine(Path.GetTempPath(), $"prunesharp-{Guid.NewGuid():N}.npz");
        int[] dims = [.. session.InputMetadata[name].Dimensions.Select(d => d < 0 ? 1 : d)];
        Write(path, name, $"(3, {string.Join(", ", dims.Skip(1))},)", "<f4", 3 * dims.Skip(1).Aggregate(4, (a, b) => a * b));
        Assert.Equal(3, SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path, Samples = 10, Amounts = [0.5] }).Samples);

        Write(path, "other", "(3, 4)", "<f4", 48);
        Assert.Contains($"no array for input {name}", Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path })).Message);
        Write(path, name, "(3, 4)", "<f8", 96);
        Assert.Contains("the model takes Float", Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path })).Message);
        Write(path, name, "(999999999, 999999999)", "<f4", 16);
        Assert.Contains("are there", Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path })).Message);
        Write(path, name, "(4, 4)", "<f4", 16);
        Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path }));
        int values = dims.Skip(1).Aggregate(4, (a, b) => a * b);
        string shape = $"(2, {string.Join(", ", dims.Skip(1))},)";
        Write(path, name, shape, "<f4", 2 * values + 1);
        Assert.Contains("goes on behind", Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path })).Message);
        Write(path, name, shape, "<f4", 2 * values, fill: 255);
        Assert.Contains("no finite numbers", Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path })).Message);
        Write(path, name, shape, "<f4", 2 * values, fill: 7);
        byte[] file = File.ReadAllBytes(path);
        int at = file.AsSpan().IndexOf((byte[])[7, 7, 7, 7, 7]);
        file[at + 2] = 8;
        File.WriteAllBytes(path, file);
        Assert.Contains("checksum is wrong", Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path })).Message);
        File.WriteAllText(path, "not a zip");
        Assert.Contains("not an .npz file", Assert.Throws<InvalidModelException>(() => SensitivityScan.Run(Toy("weight_share.onnx"), new() { Data = path })).Message);
        File.Delete(path);
    }

    private static void Write(string path, string array, string shape, string type, int bytes, byte fill = 0)
    {
        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using var stream = archive.CreateEntry(array + ".npy", CompressionLevel.NoCompression).Open();
        byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header, .. Enumerable.Repeat(fill, bytes)]);
    }
}
