using System.Runtime.InteropServices;

namespace PruneSharp.Kernels;

/// <summary>Zeroed memory outside the managed heap, aligned to 64 bytes; freed once, at the latest by its finalizer.</summary>
internal sealed unsafe class PackedMemory : SafeHandle
{
    private const int Alignment = 64;

    /// <summary>Allocates and zeroes.</summary>
    /// <param name="bytes">How many bytes; the 64 bytes after them may be read too, and are zero.</param>
    public PackedMemory(long bytes) : base(0, ownsHandle: true)
    {
        nuint size = checked((nuint)(bytes + Alignment));
        void* memory = NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Clear(memory, size);
        SetHandle((nint)memory);
    }

    /// <summary>The first byte.</summary>
    public void* Start => (void*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
