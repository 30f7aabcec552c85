using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>The memory of a contiguous tensor on the CPU, in pieces that a span can hold.</summary>
internal static class TensorMemory
{
    private const int PieceBytes = 1 << 26;

    /// <summary>Whether values can be read and written in place.</summary>
    public static bool IsPlain(Tensor tensor) => tensor.device_type == TorchSharp.DeviceType.CPU && !tensor.is_sparse && tensor.is_contiguous()
        && !tensor.is_conj() && !tensor.is_neg();

    /// <summary>Reads all values into a plain tensor.</summary>
    public static void Fill(Tensor tensor, ReadPart read)
    {
        using var guard = no_grad();
        using var flat = tensor.view(-1);
        Pieces(flat, read);

        // Autograd must know that the values are new, as after copy_: any change in place tells it, even that of no element.
        using var none = flat.narrow(0, 0, 0);
        none.copy_(none);
    }

    /// <summary>Writes all values of a dense tensor, wherever it is, in row-major order.</summary>
    public static void Write(Tensor tensor, Stream output)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach();
        if (!IsPlain(plain))
            plain = plain.cpu().resolve_conj().resolve_neg().contiguous();
        Pieces(plain.view(-1), (_, bytes) => output.Write(bytes));
    }

    private static void Pieces(Tensor flat, ReadPart visit)
    {
        long size = flat.element_size(), most = PieceBytes / size;
        for (long start = 0; start < flat.NumberOfElements; start += most)
        {
            using var piece = flat.narrow(0, start, Math.Min(most, flat.NumberOfElements - start));
            visit(start * size, piece.bytes);
        }
    }
}
