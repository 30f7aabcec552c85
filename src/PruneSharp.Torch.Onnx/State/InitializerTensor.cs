using PruneSharp.Onnx;

namespace PruneSharp.Torch.Onnx;

/// <summary>Initializers as tensors.</summary>
internal static class InitializerTensor
{
    private const int Chunk = 1 << 20;

    /// <summary>TorchSharp's type for values that are stored so.</summary>
    public static ScalarType TypeOf(ElementType type) => type switch
    {
        ElementType.Float64 => ScalarType.Float64,
        ElementType.Float16 => ScalarType.Float16,
        ElementType.BFloat16 => ScalarType.BFloat16,
        _ => ScalarType.Float32,
    };

    /// <summary>The values of an initializer.</summary>
    public static Tensor Read(OnnxInitializer initializer)
    {
        var data = initializer.Data;
        var tensor = empty([.. initializer.Shape], TypeOf(data.Type));
        var bytes = tensor.bytes;
        int size = data.Type.Bytes();
        for (long first = 0; first < data.Length; first += Chunk)
        {
            int count = (int)Math.Min(Chunk, data.Length - first);
            var target = bytes.Slice((int)(first * size), count * size);
            var read = data.Read(first, count, target);
            if (!read.Overlaps(target))
                read.CopyTo(target);
        }

        return tensor;
    }
}
