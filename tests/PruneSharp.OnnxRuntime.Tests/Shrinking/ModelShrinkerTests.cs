using Google.Protobuf;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class ModelShrinkerTests : IDisposable
{
    private static readonly ShrinkOptions Quick = new() { Latency = new() { MinimumMilliseconds = 0, MinimumRuns = 1, MaximumRuns = 1 }, GiveBack = false };

    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    private static string Unet => Path.Combine(AppContext.BaseDirectory, "Toys", "unet.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Shrinking_nothing_leaves_every_byte()
    {
        string output = Path.Combine(_folder, "same.onnx");
        var report = ModelShrinker.Shrink(Unet, output, new ShrinkTarget.Units(0.0), Quick);
        Assert.Equal(File.ReadAllBytes(Unet), File.ReadAllBytes(output));
        Assert.Equal(report.ParametersBefore, report.ParametersAfter);
    }

    [Fact]
    public void Shrinking_twice_gives_the_same_bytes()
    {
        string first = Path.Combine(_folder, "a.onnx"), second = Path.Combine(_folder, "b.onnx");
        var report = ModelShrinker.Shrink(Unet, first, new ShrinkTarget.Macs(0.5), Quick);
        ModelShrinker.Shrink(Unet, second, new ShrinkTarget.Macs(0.5), Quick);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.True(report.MacsAfter <= report.MacsBefore / 2);
        Assert.Equal(new FileInfo(first).Length, report.OutputBytes);
    }

    [Fact]
    public void The_predicted_size_is_the_file_s()
    {
        using var model = OnnxModel.Open(Unet);
        var analysis = ShrinkAnalysis.Of(model, ShapeProbe.Run(model, new Dictionary<string, int>(), TestContext.Current.CancellationToken));
        var cut = new UnitRanking(analysis).At(0.4);
        long predicted = OnnxShrinker.Bytes(cut, "a test"), written = OnnxShrinker.Write(cut, Path.Combine(_folder, "s.onnx"), "a test", cancellation: TestContext.Current.CancellationToken);
        Assert.InRange(written, predicted - 64, predicted + 64); // lengths in front of messages
    }

    [Fact]
    public void External_data_goes_to_a_file_of_its_own()
    {
        string input = Path.Combine(_folder, "external.onnx"), output = Path.Combine(_folder, "small.onnx");
        WriteExternal(input);
        var inside = ModelShrinker.Shrink(Unet, Path.Combine(_folder, "inside.onnx"), new ShrinkTarget.Units(0.5), Quick);
        var report = ModelShrinker.Shrink(input, output, new ShrinkTarget.Units(0.5), Quick);
        Assert.Equal(inside.ParametersAfter, report.ParametersAfter);
        Assert.True(report.OutputBytes < report.InputBytes / 2);
        string data = Assert.Single(Directory.GetFiles(_folder, "small.onnx.*.data"));
        Assert.Equal(report.OutputBytes, new FileInfo(output).Length + new FileInfo(data).Length);
        Assert.True(Verifier.Compare(Path.Combine(_folder, "inside.onnx"), output).Pass);
    }

    [Fact]
    public void What_differs_is_not_written()
    {
        // Dropout in training mode: every run is another.
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Unet));
        string name = model.Graph.Node[^1].Output[0];
        model.Graph.Node[^1].Output[0] = "still";
        model.Graph.Initializer.Add(new TensorProto { Name = "ratio", DataType = 1, FloatData = { 0.5f } });
        model.Graph.Initializer.Add(new TensorProto { Name = "training", DataType = (int)TensorProto.Types.DataType.Bool, Int32Data = { 1 } });
        model.Graph.Node.Add(new NodeProto { OpType = "Dropout", Name = "chance", Input = { "still", "ratio", "training" }, Output = { name } });
        string input = Path.Combine(_folder, "chance.onnx"), output = Path.Combine(_folder, "small.onnx");
        File.WriteAllBytes(input, model.ToByteArray());
        var error = Assert.Throws<ShrinkMismatchException>(() => ModelShrinker.Shrink(input, output, new ShrinkTarget.Units(0.5), Quick));
        Assert.Contains("nothing was written", error.Message);
        Assert.Equal(["chance.onnx"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Latency_is_a_target()
    {
        // As fast as the model is already, ten times over: nothing has to go.
        var report = ModelShrinker.Shrink(Unet, null, new ShrinkTarget.Latency(10_000), Quick);
        Assert.Equal(report.ParametersBefore, report.ParametersAfter);
        Assert.Throws<InvalidOperationException>(() => ModelShrinker.Shrink(Unet, null, new ShrinkTarget.Latency(1e-6), Quick));
    }

    [Fact]
    public void A_stop_leaves_nothing()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ModelShrinker.Shrink(Unet, Path.Combine(_folder, "s.onnx"), new ShrinkTarget.Units(0.5), Quick with { Cancellation = stopped.Token }));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private static void WriteExternal(string path)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Unet));
        using var data = File.Create(path + ".bin");
        foreach (var tensor in model.Graph.Initializer.Where(t => t.RawData.Length >= 64))
        {
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Path.GetFileName(path) + ".bin" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{data.Position}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.RawData.WriteTo(data);
            tensor.ClearRawData();
        }

        File.WriteAllBytes(path, model.ToByteArray());
    }
}
