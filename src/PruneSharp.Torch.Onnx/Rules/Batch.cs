namespace PruneSharp.Torch.Onnx;

/// <summary>Inputs without a batch axis, which TorchSharp's spatial modules take and ONNX's operators do not.</summary>
internal static class Batch
{
    /// <summary>Applies an operation on <c>[batch, channels, spatial…]</c> to such a value, or to one without the batch axis.</summary>
    public static OnnxValue Of(OnnxGraph graph, OnnxValue x, int spatialAxes, Func<OnnxValue, OnnxValue> operation)
    {
        if (x.Rank == spatialAxes + 2)
            return operation(x);
        return x.Rank == spatialAxes + 1
            ? graph.Squeeze(operation(graph.Unsqueeze(x, 0)), 0)
            : throw graph.Unsupported($"its input has {x.Rank} axes, {x}; it takes [batch, channels, {spatialAxes} more].");
    }
}
