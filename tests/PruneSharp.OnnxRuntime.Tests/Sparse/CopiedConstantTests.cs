using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class CopiedConstantTests
{
    [Fact]
    public void Create_weights_that_are_copies_of_constants_are_claimed()
    {
        var model = SparseModels.Convolutions();
        var conv = model.Graph.Node[0];
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Identity", Input = { conv.Input[1] }, Output = { "copy" } });
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Identity", Input = { "copy" }, Output = { "copy of copy" } });
        conv.Input[1] = "copy of copy";
        byte[] bytes = model.ToByteArray();
        using var dense = new InferenceSession(bytes);
        using var sparse = SparseSession.Create(bytes, options: new AccelerateOptions { Claim = ClaimRule.Always });
        Assert.All(sparse.Layers, layer => Assert.True(layer.Claimed, layer.Reason));
        Assert.True(SparseAgreement.Difference(dense, sparse.Session, "copies") <= 1e-5);
    }
}
