namespace PruneSharp.Onnx;

/// <summary>Other values of a constant.</summary>
/// <param name="Key">Equal for equal values.</param>
/// <param name="Make">Makes the tensor under a name.</param>
internal sealed record ConstantVersion(string Key, Func<string, PayloadTensor> Make);
