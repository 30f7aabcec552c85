using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Torch.Onnx;

/// <summary>The values of tensors as ONNX stores them: row-major, little-endian.</summary>
internal static class TensorBytes
{
    /// <summary>The values of a tensor on any device, with any strides.</summary>
    public static byte[] Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }

    /// <summary>An initializer with these values.</summary>
    /// <exception cref="NotSupportedException">The type is none that ONNX Runtime computes with.</exception>
    public static TensorProto Initializer(string name, Tensor tensor) => new()
    {
        Name = name,
        DataType = (int)OnnxTypes.Of(tensor.dtype, name),
        Dims = { tensor.shape },
        RawData = UnsafeByteOperations.UnsafeWrap(Of(tensor)),
    };

    /// <summary>Where the values stand, by which two names of one tensor are known to be the same; null where that cannot be told.</summary>
    public static string? Place(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.is_contiguous() && tensor.numel() > 0
        ? FormattableString.Invariant($"{Address(tensor):x} {tensor.dtype} {string.Join(',', tensor.shape)}")
        : null;

    private static nint Address(Tensor tensor)
    {
        using var detached = tensor.detach();
        return Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(detached.bytes));
    }
}
