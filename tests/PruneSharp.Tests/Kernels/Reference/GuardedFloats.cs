using System.Runtime.InteropServices;

namespace PruneSharp.Tests.Kernels;

/// <summary>Native floats between two pages that may not be touched: reading or writing beside them ends the process.</summary>
internal sealed unsafe partial class GuardedFloats : IDisposable
{
    private static readonly long _page = Environment.SystemPageSize;
    private readonly nint start;
    private readonly long bytes;

    /// <param name="count">How many floats.</param>
    /// <param name="atEnd">Whether they end where the page behind begins; otherwise they begin where the page before ends.</param>
    public GuardedFloats(long count, bool atEnd)
    {
        long inner = Math.Max(1, ((count * sizeof(float)) + _page - 1) / _page) * _page;
        bytes = inner + (2 * _page);
        if (OperatingSystem.IsWindows())
        {
            start = VirtualAlloc(0, (nuint)bytes, 0x3000, 4);
            Assert.True(start != 0 && VirtualProtect(start, (nuint)_page, 1, out _) && VirtualProtect((nint)(start + _page + inner), (nuint)_page, 1, out _));
        }
        else
        {
            start = Map(0, (nuint)bytes, 3, OperatingSystem.IsLinux() ? 0x22 : 0x1002, -1, 0);
            Assert.True(start != -1 && Protect(start, (nuint)_page, 0) == 0 && Protect((nint)(start + _page + inner), (nuint)_page, 0) == 0);
        }

        Count = (int)count;
        Data = (float*)(start + _page + (atEnd ? inner - (count * sizeof(float)) : 0));
    }

    public int Count { get; }

    public float* Data { get; }

    public Span<float> Span => new(Data, Count);

    public void Dispose()
    {
        if (OperatingSystem.IsWindows()) VirtualFree(start, 0, 0x8000);
        else _ = Unmap(start, (nuint)bytes);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint at, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint at, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint at, nuint length);

    [LibraryImport("kernel32")]
    private static partial nint VirtualAlloc(nint at, nuint size, uint type, uint protection);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualProtect(nint at, nuint size, uint protection, out uint old);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint at, nuint size, uint type);
}
