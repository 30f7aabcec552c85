using System.Runtime.InteropServices;

namespace PruneSharp.Torch;

/// <summary>
/// Gives freed memory back to the system in training programs. libtorch asks for aligned memory, and glibc often does not find the freed
/// block of a gradient again when the next gradient of the same size is made; the heap then grows by several megabytes a step although
/// nothing is kept, with any network and more so with masked gradients.
/// </summary>
internal static unsafe partial class FreedMemory
{
    private const int Interval = 32;
    private const ulong Most = 256 << 20;

    private static readonly bool _isGlibc = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "mallinfo2", out _);

    /// <summary>Does so every 32nd time that it is asked, if more than 256 MiB lie freed.</summary>
    /// <param name="calls">Counts for the caller.</param>
    public static void GiveBack(ref int calls)
    {
        if (++calls % Interval == 0 && _isGlibc && Information().FreedBytes > Most)
            _ = Trim(0);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial HeapInformation Information();

    /// <summary>glibc's <c>struct mallinfo2</c>: ten sizes, of which the ninth is what lies freed in the heap.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct HeapInformation
    {
        private fixed ulong _before[8];
        public ulong FreedBytes;
        private readonly ulong _topBytes;
    }
}
