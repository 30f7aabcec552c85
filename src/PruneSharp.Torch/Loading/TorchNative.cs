namespace PruneSharp.Torch;

/// <summary>
/// Lets TorchSharp load on Linux systems whose libstdc++ is older than GCC 13, such as Debian 12 and Ubuntu 22.04. TorchSharp's native
/// library asks there for version GLIBCXX_3.4.32 of libstdc++ for the sake of one symbol that nothing calls; a copy of the library in the
/// user's cache that only wishes for that version, instead of requiring it, is loaded before TorchSharp looks for its own. The package
/// does this at program start; nothing happens on other systems.
/// </summary>
public static class TorchNative
{
    /// <summary>Environment variable that switches this off when it is 0.</summary>
    public const string Switch = "PRUNESHARP_TORCH_LOADER";

    private const string Library = "libLibTorchSharp.so";

    private static readonly Lazy<TorchNativeState> _state = new(() => Run(Searched()));

    /// <summary>Loads the adapted copy where the system needs one. The first call does the work, later calls return its result.</summary>
    public static TorchNativeState Load() => _state.Value;

    /// <summary>As <see cref="Load"/>, and writes one line to standard error where that fails. Programs run this at their start.</summary>
    public static void LoadOrWarn()
    {
        if (Load() is { Outcome: TorchNativeOutcome.Failed } failed)
            Console.Error.WriteLine($"PruneSharp.Torch: {failed.Message}");
    }

    internal static TorchNativeState Run(IReadOnlyList<string> folders)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || SystemLibrary.HasMarker())
            return new(TorchNativeOutcome.NotNeeded, "The system loads TorchSharp's native library as it is.");
        string needs = $"TorchSharp's native library needs {VersionNeed.Version} of libstdc++, which this system lacks";
        if (Environment.GetEnvironmentVariable(Switch) == "0")
            return new(TorchNativeOutcome.SwitchedOff, $"{needs}; {Switch}=0 says to leave it so.");
        string? source = folders.Select(f => Path.Combine(f, Library)).FirstOrDefault(File.Exists);
        if (source is null)
            return new(TorchNativeOutcome.NotNeeded, $"{needs}, but there is no {Library} in {string.Join(", ", folders)}.");
        try
        {
            byte[] bytes = File.ReadAllBytes(source);
            if (!VersionNeed.Relax(bytes))
                return new(TorchNativeOutcome.NotNeeded, $"{source} does not ask for {VersionNeed.Version}.");
            SystemLibrary.LoadNeeded(bytes, folders);
            return new(TorchNativeOutcome.Adapted, $"{needs}; loaded {AdaptedCopy.Load(bytes, AdaptedCopy.CacheFolder(), Library)} instead.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidModelException or DllNotFoundException or BadImageFormatException)
        {
            return new(TorchNativeOutcome.Failed, $"{needs}, and a copy that works without could not be loaded: {error.Message} Use a system with GCC 13's libstdc++ or newer (Debian 13, Ubuntu 24.04).");
        }
    }

    // Where the runtime looks for native libraries: the program's own folder, or the package cache.
    private static List<string> Searched()
    {
        string[] known = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string folder = AppContext.BaseDirectory;
        return [.. known.Append(folder).Append(Path.Combine(folder, "runtimes", "linux-x64", "native")).Distinct().Where(Directory.Exists)];
    }
}
