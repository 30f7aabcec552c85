/// <summary>Where the repository is.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    /// <summary>The stored figures.</summary>
    public static string Results { get; } = Path.Combine(Root, "bench", "results");

    /// <summary>The processor of this machine.</summary>
    public static string Cpu { get; } =
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(':') + 1)..].Trim() : "unknown";
}
