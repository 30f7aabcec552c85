using System.Runtime.InteropServices;

namespace PruneSharp.Torch;

/// <summary>
/// Asks Linux for pages of 2 MiB under memory that is about to be written for the first time. For a large mask and its product, providing
/// and clearing ordinary pages takes longer than computing them. Where the system does not do this, nothing changes.
/// </summary>
internal static unsafe partial class HugePages
{
    private const int Advice = 14;
    private const long Page = 2 << 20, Least = 4 * Page;

    /// <summary>Asks for a stretch of memory; short ones are left alone.</summary>
    public static void Ask(byte* start, long bytes)
    {
        if (bytes < Least || !OperatingSystem.IsLinux())
            return;
        long first = ((long)start + Page - 1) / Page * Page, last = ((long)start + bytes) / Page * Page;
        _ = MemoryAdvice((void*)first, (nuint)(last - first), Advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvice(void* address, nuint length, int advice);
}
