using System.Runtime.InteropServices;

namespace PruneSharp.Tests;

/// <summary>Floats that lie against a page that must not be touched: behind them, or before them. Touching it ends the process.</summary>
internal sealed unsafe class GuardedFloats : IDisposable
{
    private const int ReadWrite = 3, Nothing = 0, PrivateAnonymousLinux = 0x22, PrivateAnonymousMac = 0x1002;
    private const uint CommitAndReserve = 0x3000, PageReadWrite = 4, PageNoAccess = 1, Release = 0x8000;
    private readonly nint _start;
    private readonly nint _size;

    public GuardedFloats(ReadOnlySpan<float> values, bool guardBehind)
    {
        int page = Environment.SystemPageSize;
        nint data = (values.Length * sizeof(float) + page - 1) / page * page;
        _size = data + 2 * page;
        _start = OperatingSystem.IsWindows()
            ? VirtualAlloc(0, _size, CommitAndReserve, PageReadWrite)
            : mmap(0, _size, ReadWrite, OperatingSystem.IsMacOS() ? PrivateAnonymousMac : PrivateAnonymousLinux, -1, 0);
        Forbid(_start, page);
        Forbid(_start + page + data, page);
        Start = (float*)(_start + page + (guardBehind ? data - values.Length * sizeof(float) : 0));
        Count = values.Length;
        values.CopyTo(Span);
    }

    public float* Start { get; }

    public int Count { get; }

    public Span<float> Span => new(Start, Count);

    public void Dispose()
    {
        if (OperatingSystem.IsWindows()) _ = VirtualFree(_start, 0, Release);
        else _ = munmap(_start, _size);
    }

    private static void Forbid(nint start, int size)
    {
        bool done = OperatingSystem.IsWindows() ? VirtualProtect(start, size, PageNoAccess, out _) : mprotect(start, size, Nothing) == 0;
        Assert.True(done);
    }

    [DllImport("libc")]
    private static extern nint mmap(nint address, nint size, int protection, int flags, int file, nint offset);

    [DllImport("libc")]
    private static extern int mprotect(nint address, nint size, int protection);

    [DllImport("libc")]
    private static extern int munmap(nint address, nint size);

    [DllImport("kernel32")]
    private static extern nint VirtualAlloc(nint address, nint size, uint type, uint protection);

    [DllImport("kernel32")]
    private static extern bool VirtualProtect(nint address, nint size, uint protection, out uint before);

    [DllImport("kernel32")]
    private static extern bool VirtualFree(nint address, nint size, uint type);
}
