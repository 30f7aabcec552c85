using System.Runtime.InteropServices;

namespace PruneSharp.OrtApi;

/// <summary>The threads that ONNX Runtime takes where it is told none: one for each physical core of the machine, whatever the process may use of them.</summary>
internal static unsafe class PhysicalCores
{
    private static readonly Lazy<int> _count = new(Find);

    /// <summary>How many there are, at least 1. Where the system does not tell, half of the logical ones, as ONNX Runtime has it.</summary>
    public static int Count => _count.Value;

    /// <summary>The cores in Linux's description of the processors.</summary>
    /// <param name="folder">The folder with one folder for each processor.</param>
    public static int OfLinux(string folder)
    {
        var cores = new HashSet<string>(StringComparer.Ordinal);
        foreach (string processor in Directory.EnumerateDirectories(folder, "cpu*"))
        {
            string topology = Path.Combine(processor, "topology");
            if (char.IsAsciiDigit(processor[^1]) && Directory.Exists(topology))
                cores.Add($"{File.ReadAllText(Path.Combine(topology, "physical_package_id")).Trim()}/{File.ReadAllText(Path.Combine(topology, "core_id")).Trim()}");
        }

        return cores.Count;
    }

    private static int Find()
    {
        int found;
        try
        {
            found = OperatingSystem.IsLinux() ? OfLinux("/sys/devices/system/cpu") : OperatingSystem.IsWindows() ? OfWindows() : OperatingSystem.IsMacOS() ? OfMacOS() : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            found = 0;
        }

        return found > 0 ? found : Math.Max(1, Environment.ProcessorCount / 2);
    }

    private static int OfWindows()
    {
        const int Core = 0;
        uint bytes = 0;
        GetLogicalProcessorInformation(null, &bytes);
        var entries = new WindowsProcessor[bytes / (uint)sizeof(WindowsProcessor)];
        fixed (WindowsProcessor* first = entries)
            return entries.Length > 0 && GetLogicalProcessorInformation(first, &bytes) != 0 ? entries.Count(entry => entry.Relationship == Core) : 0;
    }

    private static int OfMacOS()
    {
        int count = 0;
        nuint size = sizeof(int);
        fixed (byte* name = "hw.physicalcpu\0"u8)
            return sysctlbyname(name, &count, &size, null, 0) == 0 ? count : 0;
    }

    [DllImport("kernel32", ExactSpelling = true)]
    private static extern int GetLogicalProcessorInformation(WindowsProcessor* buffer, uint* bytes);

    [DllImport("libc", ExactSpelling = true)]
    private static extern int sysctlbyname(byte* name, void* value, nuint* size, void* newValue, nuint newSize);

    // SYSTEM_LOGICAL_PROCESSOR_INFORMATION: a mask as wide as a pointer, the relationship, and a union of 16 bytes.
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowsProcessor
    {
        public nuint Mask;
        public int Relationship;
        public ulong First;
        public ulong Second;
    }
}
