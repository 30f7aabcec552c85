using System.Runtime.InteropServices;

namespace PruneSharp.Onnx;

/// <summary>Constants with some indices made 0, or noise.</summary>
internal static class MaskedTensor
{
    /// <summary>A constant of the same shape.</summary>
    /// <param name="cut">What goes.</param>
    /// <param name="tensor">The constant.</param>
    /// <param name="name">Its name in the output.</param>
    /// <param name="zeroed">Axes whose removed indices become 0, or the zero point of quantised values.</param>
    /// <param name="noise">What the removed indices of all other axes are multiplied by; null to leave them.</param>
    public static PayloadTensor Of(Cut cut, GraphTensor tensor, string name, IReadOnlySet<int> zeroed, MaskNoise? noise)
    {
        var stored = tensor.Stored!;
        int size = TensorBytes.ElementBytes(stored);
        long length = tensor.Dims!.Aggregate(1L, (product, dim) => product * dim);
        return new(CutTensor.Header(stored, name, stored.Proto.Dims), length * size, () => [Values(cut, tensor, zeroed, noise, size)]);
    }

    private static byte[] Values(Cut cut, GraphTensor tensor, IReadOnlySet<int> zeroed, MaskNoise? noise, int size)
    {
        byte[] bytes = TensorBytes.Read(cut.Graph.Model, tensor.Stored!);
        var zero = ZeroPoints.Of(cut.Graph.Model, tensor);
        long inner = size;
        for (int axis = tensor.Rank - 1; axis >= 0; axis--)
        {
            int dim = tensor.Dims![axis];
            var kept = cut.Kept(tensor, axis).ToHashSet();
            long stride = inner;
            inner *= dim;
            for (int index = 0; index < dim && kept.Count < dim; index++)
            {
                if (kept.Contains(index) || (!zeroed.Contains(axis) && noise is null))
                    continue;
                for (long at = index * stride; at < bytes.Length; at += inner)
                {
                    var run = bytes.AsSpan((int)at, (int)stride);
                    if (zeroed.Contains(axis))
                        zero.Fill(run, at, tensor.Dims!);
                    else
                        Scale(run, tensor.Stored!.ElementType, noise!.Factor(at));
                }
            }
        }

        return bytes;
    }

    private static void Scale(Span<byte> run, ElementType? type, float factor)
    {
        switch (type)
        {
            case ElementType.Float32:
                foreach (ref float value in MemoryMarshal.Cast<byte, float>(run))
                    value *= factor;
                break;
            case ElementType.Float64:
                foreach (ref double value in MemoryMarshal.Cast<byte, double>(run))
                    value *= factor;
                break;
            case ElementType.Float16:
                foreach (ref Half value in MemoryMarshal.Cast<byte, Half>(run))
                    value = (Half)((float)value * factor);
                break;
        }
    }
}
