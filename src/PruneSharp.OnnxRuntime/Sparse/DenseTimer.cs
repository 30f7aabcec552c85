using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Runs regions of a model with ONNX Runtime's own kernels.</summary>
/// <param name="model">The model that the regions come from.</param>
/// <param name="threads">The threads of the session; 0 for what ONNX Runtime takes by itself.</param>
internal sealed class DenseTimer(OnnxModel model, int threads) : IDenseTimer
{
    private readonly RegionProto _protos = new(model.Proto);

    /// <inheritdoc/>
    public IDenseRun? Prepare(LayerGraph region, IReadOnlyList<long[]> inputShapes)
    {
        if (_protos.Of(region, inputShapes) is not { } proto)
            return null;
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        return new DenseRun(new(proto.ToByteArray(), options), region.Inputs, inputShapes);
    }
}
