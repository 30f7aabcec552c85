using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Bench.LineAgreement;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Dead units of a published line detector, which .ci/inputs fetches.</summary>
public sealed class DeadPublishedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Dead_units_of_mlsd_large_go_and_its_outputs_stay(int align)
    {
        const string File = "jp.keijiro.mlsd-1.0.0/package/ONNX/mlsd_320x320_large.onnx";
        string path = Path.Combine(Root(), "artifacts", "inputs", File);
        if (!System.IO.File.Exists(path) && Environment.GetEnvironmentVariable("PRUNESHARP_REQUIRE_INPUTS") == "1")
            Assert.Fail($"{File} is required; bash .ci/inputs fetches it.");
        Assert.SkipUnless(System.IO.File.Exists(path), "bash .ci/inputs fetches this model.");

        using var model = OnnxModel.Open(path);
        Assert.Equal(263, DeadFilters(model));
        var token = TestContext.Current.CancellationToken;
        var analysis = ShrinkAnalysis.Of(model, ShapeProbe.Run(model, new Dictionary<string, int>(), token));
        var dead = DeadUnits.Find(analysis, new() { Fill = align == 1 ? DeadFill.Always : DeadFill.WhereFaster });
        var cut = dead.Cut(align);
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"align {align}: parameters {analysis.Parameters} -> {cut.Parameters}, dead {dead.Units}, folded {dead.Folded}, removed {cut.Families.Sum(f => f.Removed)}");
        foreach (var family in dead.Families.Zip(cut.Families).Where(f => f.First.Removed > 0))
            output.WriteLine($"{family.First.Name}: {family.First.Removed} of {family.First.Units} dead, {family.Second.Removed} removed");
        foreach (var refused in dead.Refused)
            output.WriteLine($"{refused.Family}: {refused.Units} stay, {refused.Reason}");
        Assert.True(cut.Parameters <= (align == 1 ? 0.83 : 0.88) * analysis.Parameters);

        // Behind this value the network keeps the pixels that equal the largest of their neighbours: there a last bit changes everything.
        // Both run without optimisations: other channel counts get other kernels, which round otherwise.
        string head = analysis.Graph.Nodes.Last(n => n.Op == "Conv").Output(0)!.Name;
        using InferenceSession dense = Open(cut.Dense(), head, GraphOptimizationLevel.ORT_DISABLE_ALL), shrunk = Open(cut.Shrunk(), head, GraphOptimizationLevel.ORT_DISABLE_ALL);
        using InferenceSession optimised = Open(cut.Dense(), head, GraphOptimizationLevel.ORT_ENABLE_ALL);
        for (int seed = 0; seed < 2; seed++)
        {
            var before = Run(dense, head, seed);
            double floor = Difference(before, Run(optimised, head, seed)), difference = Difference(before, Run(shrunk, head, seed));
            output.WriteLine($"picture {seed}: {difference:G3} of the largest value; with ONNX Runtime's optimisations the dense model differs by {floor:G3}");
            Assert.InRange(difference, 0, Math.Min(floor, 1e-5));
        }
    }

    // Filters whose largest weight is 2e-17 of the layer's at the most; none is exactly zero.
    private static int DeadFilters(OnnxModel model)
    {
        int dead = 0;
        foreach (var weight in ModelWeights.Of(model).Prunable.Where(w => w.Op == "Conv"))
        {
            var values = new double[weight.Weights.Data.Length];
            weight.Weights.Data.ReadValues(0, values);
            double[] largest = [.. values.Select(Math.Abs).Chunk((int)(values.Length / weight.Shape[0])).Select(filter => filter.Max())];
            Assert.DoesNotContain(0.0, largest);
            dead += largest.Count(l => l <= 2e-17 * largest.Max());
        }

        return dead;
    }

    private static double Difference(float[] a, float[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max() / a.Max(Math.Abs);

    private static float[] Run(InferenceSession session, string head, int seed)
    {
        using var picture = OrtValue.CreateTensorValueFromMemory(Picture.Draw(seed), [1, Picture.Size, Picture.Size, 4]);
        using var options = new RunOptions();
        using var values = session.Run(options, new Dictionary<string, OrtValue> { [session.InputNames[0]] = picture }, [head]);
        return values[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static InferenceSession Open(byte[] bytes, string head, GraphOptimizationLevel level)
    {
        var model = ModelProto.Parser.ParseFrom(bytes);
        model.Graph.Output.Add(new ValueInfoProto { Name = head });
        return ModelSession.Open(model.ToByteArray(), "mlsd", ".", options => options.GraphOptimizationLevel = level);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
