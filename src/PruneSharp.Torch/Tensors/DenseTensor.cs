using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// The memory of a float tensor on the CPU whose elements fill one stretch without holes or overlaps, in storage order: contiguous and
/// channels-last tensors, not slices. A view: it shares the tensor's memory and keeps it alive.
/// </summary>
internal sealed unsafe class DenseTensor : IDisposable
{
    private readonly Tensor _flat;
    private readonly byte* _start;

    private DenseTensor(Tensor flat, ElementType type, long[] strides)
    {
        _flat = flat;
        Type = type;
        Strides = strides;
        Length = flat.numel();
        if (Length > 0)
        {
            using var first = flat.narrow(0, 0, 1);
            _start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
        }
    }

    /// <summary>How the elements are stored.</summary>
    public ElementType Type { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The tensor's strides; 0 for dimensions of one element, which any stride fits.</summary>
    public long[] Strides { get; }

    /// <summary>The view of a tensor; null where it is none of these.</summary>
    public static DenseTensor? Of(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU || ElementTypes.Of(tensor.dtype) is not { } type)
            return null;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var detached = tensor.detach();
        long[] strides = [.. tensor.shape.Select((size, d) => size == 1 ? 0 : tensor.stride(d))];
        var ordered = detached.dim() == 0 ? detached : detached.permute([.. Enumerable.Range(0, strides.Length).OrderByDescending(d => strides[d]).Select(d => (long)d)]);
        return ordered.is_contiguous() ? new(ordered.view(-1).DetachFromDisposeScope(), type, strides) : null;
    }

    /// <summary>Whether both are views of the same memory.</summary>
    public bool IsMemoryOf(DenseTensor other) => _start == other._start;

    /// <summary>Whether equal indices lie at equal places in both.</summary>
    public bool IsLaidOutAs(DenseTensor other) => Type == other.Type && Length == other.Length && Strides.AsSpan().SequenceEqual(other.Strides);

    /// <summary>Prepares memory that nothing was written to yet.</summary>
    public void ExpectWrites() => HugePages.Ask(_start, Length * Type.Bytes());

    /// <summary>The bytes of consecutive elements.</summary>
    public Span<byte> Bytes(long first, int count) => new(_start + first * Type.Bytes(), count * Type.Bytes());

    /// <summary>
    /// Runs an action over pieces of at most 2^20 elements, each beginning at a multiple of that, on all processors where there are several.
    /// </summary>
    public void ForEachPiece(Action<long, int> piece)
    {
        const long Size = 1 << 20;
        long pieces = (Length + Size - 1) / Size;
        if (pieces == 1)
            piece(0, (int)Length);
        else
            Parallel.For(0, pieces, p => piece(p * Size, (int)Math.Min(Size, Length - p * Size)));
    }

    public void Dispose() => _flat.Dispose();
}
