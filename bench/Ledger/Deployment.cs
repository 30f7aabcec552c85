using Microsoft.ML.OnnxRuntime;
using PruneSharp;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;
using PruneSharp.Samples;
using PruneSharp.Torch;
using PruneSharp.Torch.Onnx;

/// <summary>What ONNX Runtime makes of one pruned network beside the dense one of the same seed, as files.</summary>
internal sealed class Deployment(Experiment experiment, int seed, RunStore store, string folder)
{
    private const int Batch = 64;

    // How values are stored, the last for the timing.
    private static readonly ValueEncoding[] _encodings = [ValueEncoding.Exact, ValueEncoding.Codebook(3), ValueEncoding.Codebook(5), ValueEncoding.Codebook(4)];

    private readonly FashionMnist _test = FashionMnist.Test();

    public string DensePath => Path.Combine(folder, $"{experiment.Model}-seed{seed}.onnx");

    public string PackedPath => Path.Combine(folder, $"{experiment.Id.Replace('/', '-')}-seed{seed}-packed.onnx");

    /// <summary>Exports, removes what died, packs in several ways, and measures.</summary>
    public DeployedRow Run()
    {
        string pruned = Temporary("pruned"), shrunk = Temporary("shrunk");
        Export($"{experiment.Model}/dense", DensePath);
        Export(experiment.Id, pruned);
        var shrink = ModelShrinker.Shrink(pruned, shrunk, new ShrinkTarget.Dead(Align: 1), new() { Force = true });
        PackedRow[] packed = [.. (experiment.SharedBits > 0 ? [ValueEncoding.Codebook(experiment.SharedBits)] : _encodings).Select(values => Pack(shrunk, values))];
        var latency = new LatencyOptions { Dims = new Dictionary<string, int> { ["batch"] = Batch }, MinimumMilliseconds = 2000 };
        var times = LatencyComparison.Measure([ModelSource.File(DensePath), ModelSource.File(shrunk)], latency);
        var sparse = SparseBench.Run(PackedPath, new() { Against = DensePath, Latency = latency });
        return new(
            experiment.Model, experiment.Method, experiment.Sparsity, seed, Accuracy(DensePath), Accuracy(shrunk),
            Bytes(DensePath), shrink.MacsBefore, shrink.MacsAfter,
            times[0].P10Milliseconds / times[1].P10Milliseconds, sparse.SpeedRatioP10, packed);
    }

    // The last one stays at the path.
    private PackedRow Pack(string model, ValueEncoding values)
    {
        string archive = Path.ChangeExtension(PackedPath, ".psz");
        var packing = new PackOptions { Values = values, Force = true };
        ModelPacker.Pack(model, PackedPath, packing);
        ArchivePacker.Pack(model, archive, packing);
        return new(values.ToString()!, Accuracy(PackedPath), Bytes(PackedPath), Bytes(archive));
    }

    private void Export(string id, string path)
    {
        using var model = Networks.Create(experiment.Model);
        ModuleState.Load(model, store.WeightsPath(id, seed));
        OnnxExport.Write(model, path, [new("input", [1, 1, 28, 28])], new() { Force = true, OutputNames = ["logits"] });
    }

    private double Accuracy(string path)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(path, options);
        using var input = OrtValue.CreateTensorValueFromMemory(_test.Images, [_test.Count, 1, 28, 28]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
        return _test.Accuracy(outputs[0].GetTensorDataAsSpan<float>());
    }

    private string Temporary(string name) => Path.Combine(folder, $"{experiment.Id.Replace('/', '-')}-seed{seed}-{name}.onnx");

    private static long Bytes(string path) => new FileInfo(path).Length;
}
