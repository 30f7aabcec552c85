using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;
using ScalarType = TorchSharp.torch.ScalarType;

namespace PruneSharp.Torch;

/// <summary>
/// Multiplies tensors by one mask in place. Small float32 tensors on the CPU go piece by piece, so that the mask is read from the first-level
/// cache for all but one of them, and without a native call for each; the rest by libtorch, on all its threads.
/// </summary>
internal static unsafe class MaskedTensors
{
    private const int Piece = 4096;
    private const long Most = 1 << 20;

    public static void Multiply(Tensor mask, ReadOnlySpan<Tensor> tensors)
    {
        float** places = stackalloc float*[tensors.Length];
        bool isPlain = IsPlain(mask, mask.numel());
        for (int i = 0; i < tensors.Length && isPlain; i++)
        {
            isPlain = IsPlain(tensors[i], mask.numel());
            places[i] = isPlain ? Place(tensors[i]) : null;
        }

        if (isPlain)
        {
            Multiply(Place(mask), (int)mask.numel(), new(places, tensors.Length));
            return;
        }

        foreach (var tensor in tensors)
            tensor.mul_(mask);
    }

    private static void Multiply(float* mask, int length, ReadOnlySpan<nint> places)
    {
        for (int first = 0; first < length; first += Piece)
        {
            int count = Math.Min(Piece, length - first);
            foreach (nint place in places)
            {
                var values = new Span<float>((float*)place + first, count);
                TensorPrimitives.Multiply(values, new ReadOnlySpan<float>(mask + first, count), values);
            }
        }
    }

    private static bool IsPlain(Tensor tensor, long length) =>
        tensor.dtype == ScalarType.Float32 && tensor.numel() == length && length <= Most && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    private static float* Place(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
