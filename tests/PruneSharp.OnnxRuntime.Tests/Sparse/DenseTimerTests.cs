using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class DenseTimerTests
{
    [Fact]
    public void Prepare_region_runs_on_inputs_of_the_shape_asked_for()
    {
        using var model = OnnxModel.Of(SparseModels.Convolutions(batch: -1).ToByteArray());
        var graph = ModelLayers.Of(model).Graph;
        var region = graph.Part([0, 1, 2]);
        Assert.Equal("x", Assert.Single(region.Inputs));
        Assert.Equal("c2", Assert.Single(region.Outputs));
        Assert.Equal([-2, 8, 8, 8], graph.Shapes["c2"]);
        using var run = new DenseTimer(model, 1).Prepare(region, [[4, 3, 8, 8]]);
        Assert.NotNull(run);
        run.Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            run.Run();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 256);
    }

    [Fact]
    public void Prepare_what_cannot_run_is_refused()
    {
        using var model = OnnxModel.Of(SparseModels.Convolutions().ToByteArray());
        var timer = new DenseTimer(model, 1);
        var region = ModelLayers.Of(model).Graph.Part([0]);
        Assert.Throws<OnnxRuntimeException>(() => timer.Prepare(region, [[1, 5, 8, 8]])); // the weights have 3 channels
        var stranger = region.Nodes[0] with { Outputs = ["elsewhere"] };
        Assert.Null(timer.Prepare(new LayerGraph { Nodes = [stranger], Inputs = region.Inputs, Outputs = ["elsewhere"], Constants = region.Constants, Shapes = region.Shapes, Floats = region.Floats }, [[1, 3, 8, 8]]));
    }
}
