using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Where tensors live and how they are stored. TorchSharp's devices are equal only to themselves.</summary>
internal static class TensorKind
{
    /// <summary>Whether two tensors are of one type and on one device.</summary>
    public static bool IsLike(this Tensor tensor, Tensor other) =>
        tensor.dtype == other.dtype && tensor.device_type == other.device_type && (tensor.device_type == DeviceType.CPU || tensor.device_index == other.device_index);

    /// <summary>The tensor with the type and device of another; itself where it has them.</summary>
    public static Tensor ToLike(this Tensor tensor, Tensor other) => tensor.IsLike(other) ? tensor : tensor.to(other.dtype, other.device);
}
