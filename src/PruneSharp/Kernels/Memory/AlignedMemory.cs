using System.Runtime.InteropServices;

namespace PruneSharp.Kernels;

/// <summary>Zeroed native memory that begins at a multiple of 64 bytes and lives until it is disposed or collected.</summary>
internal sealed unsafe class AlignedMemory : SafeHandle
{
    private const int Alignment = 64;

    /// <summary>Takes memory.</summary>
    /// <param name="byteCount">How much; rounded up to whole cache lines, at least one.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public AlignedMemory(long byteCount)
        : base(0, ownsHandle: true)
    {
        ByteCount = (Math.Max(byteCount, 1) + Alignment - 1) / Alignment * Alignment;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)ByteCount, Alignment));
        NativeMemory.Clear((void*)handle, (nuint)ByteCount);
    }

    /// <summary>How much was taken.</summary>
    public long ByteCount { get; }

    /// <summary>The first byte.</summary>
    public byte* Bytes => (byte*)handle;

    /// <summary>The first byte, as a number.</summary>
    public float* Floats => (float*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
