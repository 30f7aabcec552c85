namespace PruneSharp.Torch.Onnx;

/// <summary>One input of an exported model.</summary>
/// <param name="Name">Its name in the model, such as <c>input</c>.</param>
/// <param name="Shape">Its dimensions, such as <c>[1, 3, 224, 224]</c>; −1 for one that may be any size when the model runs.</param>
/// <param name="Type">Type of its elements; <see cref="ScalarType.Int64"/> for indices of an Embedding.</param>
public sealed record OnnxInput(string Name, IReadOnlyList<long> Shape, ScalarType Type = ScalarType.Float32)
{
    /// <summary>An input that takes tensors like this one.</summary>
    public static OnnxInput Like(string name, Tensor tensor) => new(name, tensor.shape, tensor.dtype);
}
