using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Proto.TensorProto.Types;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>What must hold for every network and plan.</summary>
internal sealed class ShrinkLaws(RandomNetwork network, RandomPlan plan, string folder)
{
    private readonly IReadOnlyDictionary<string, int> _anyDims = new Dictionary<string, int>();

    /// <summary>Shrinks the network and checks all laws.</summary>
    public RandomOutcome Check()
    {
        var (bytes, values) = network.Write();
        string path = Saved(bytes);
        using var model = OnnxModel.Open(path);
        var shapes = Shapes(model);
        var all = ShrinkAnalysis.Of(model, shapes, plan.Rules);
        var analysis = ShrinkAnalysis.Of(model, shapes, plan.Named(all.Families));
        var ranking = new UnitRanking(analysis, plan.Ranking);
        NothingIsNothing(ranking, bytes, model);

        var cut = ranking.At(plan.Fraction);
        byte[] shrunk = cut.Shrunk();
        new ShrinkCheck(cut, path, new VerifyOptions { Runs = 2, Range = new(-1, 1), Seed = plan.Seed }, CancellationToken.None).Masked();
        AlignedCounts.Check(cut, plan.Align);
        Assert.Equal(shrunk, analysis.Replay(CutList.FromJson(cut.Slices.ToJson())).Shrunk());

        string shrunkPath = Saved(shrunk);
        using var small = OnnxModel.Open(shrunkPath);
        var smallShapes = Shapes(small);
        var again = ShrinkAnalysis.Of(small, smallShapes, plan.Rules);
        Assert.Equal((cut.Parameters, Parameters(shrunk), cut.Macs), (again.Parameters, cut.Parameters, again.Macs));
        NothingIsNothing(new(again, plan.Ranking), shrunk, small);

        var hit = values.Where(v => !shapes.Samples[0][v.Name].Dims.SequenceEqual(smallShapes.Samples[0].TryGetValue(v.Name, out var after) ? after.Dims : shapes.Samples[0][v.Name].Dims));
        return new(values.Select(v => v.Kind).ToHashSet(), hit.Select(v => v.Kind).ToHashSet(), all.Refused);
    }

    private static void NothingIsNothing(UnitRanking ranking, byte[] bytes, OnnxModel model)
    {
        var none = ranking.At(0);
        Assert.True(none.IsEmpty);
        if (none.ComparedValues.SequenceEqual(model.Proto.Graph.Output.Select(o => o.Name)))
            Assert.Equal(bytes, none.Shrunk());
    }

    private ModelShapes Shapes(OnnxModel model)
    {
        if (ShapeProbe.Observe(model, _anyDims, CancellationToken.None) is { } shapes)
            return shapes;
        using var session = ModelSession.Open(model.Path);
        GeneratedInputs.FindDims(session, model.Name, _anyDims);
        throw new InvalidModelException(model.Name, "it does not run with all values as outputs.");
    }

    // Elements of the tensors in the file, but for scalars and the integers of shapes.
    private static long Parameters(byte[] file)
    {
        var graph = ModelProto.Parser.ParseFrom(file).Graph;
        return graph.Initializer.Concat(graph.Node.Where(n => n.OpType == "Constant").Select(n => n.Attribute[0].T))
            .Where(t => t.Dims.Count > 0 && (DataType)t.DataType == DataType.Float).Sum(t => t.Dims.Aggregate(1L, (product, dim) => product * dim));
    }

    private string Saved(byte[] bytes)
    {
        string path = Path.Combine(folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
