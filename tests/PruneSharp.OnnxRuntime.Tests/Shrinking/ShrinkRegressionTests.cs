using Google.Protobuf;
using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Networks found by <see cref="RandomShrinkTests"/> on which shrinking once went wrong, made as small as they go.</summary>
public sealed class ShrinkRegressionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shrink_regression").FullName;

    [Fact]
    public void Parameters_of_a_bias_shared_by_layers_that_lose_different_channels_are_counted_twice()
    {
        var w = new NetworkWriter(17, false, 1);
        var dice = new Dice(1);
        string bias = w.Floats([1, 2, 3, 4], 4);
        var first = w.Same("Add", new(w.Node("MatMul", ["x", w.Weight(dice, 3, 3, 4)]), 1, 4), [bias]);
        var second = w.Same("Add", new(w.Node("MatMul", [first.Name, w.Weight(dice, 4, 4, 4)]), 1, 4), [bias]);
        string y = w.Node("MatMul", [second.Name, w.Weight(dice, 4, 4, 2)]);

        var (cut, again) = Halved(w, y, 1, 3);

        Assert.Equal((3 * 2) + 2 + (2 * 2) + 2 + (2 * 2), cut.Parameters);
        Assert.Equal(again.Parameters, cut.Parameters);
    }

    public void Dispose() => Directory.Delete(_folder, true);

    // Half of the units of every family, checked against the masked network; and the analysis of what is left.
    private (ShrinkCut Cut, ShrinkAnalysis Again) Halved(NetworkWriter w, string output, params int[] input)
    {
        w.Graph.Input.Add(TestModels.Floats("x", [.. input.Select(d => (long)d)]));
        w.Graph.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = 1 } } });
        var cut = new UnitRanking(Analysed(new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = w.Opset } }, Graph = w.Graph }.ToByteArray(), out string path), new() { Criterion = UnitCriterion.Of(Criterion.Random(1)), Align = 1 }).At(0.5);
        new ShrinkCheck(cut, path, new VerifyOptions { Range = new(-1, 1) }, CancellationToken.None).Masked();
        return (cut, Analysed(cut.Shrunk(), out _));
    }

    private ShrinkAnalysis Analysed(byte[] bytes, out string path)
    {
        path = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, bytes);
        var model = OnnxModel.Open(path);
        return ShrinkAnalysis.Of(model, ShapeProbe.Run(model, new Dictionary<string, int>(), CancellationToken.None));
    }
}
