using System.Runtime.InteropServices;

namespace PruneSharp.Torch;

/// <summary>What the system's loader knows.</summary>
internal static class SystemLibrary
{
    private const string StandardLibrary = "libstdc++.so.6";

    /// <summary>Whether libstdc++ has the symbol that came with the version: true too where there is no libstdc++ to help.</summary>
    public static bool HasMarker() =>
        !NativeLibrary.TryLoad(StandardLibrary, out nint library) || NativeLibrary.TryGetExport(library, VersionNeed.Marker, out _);

    /// <summary>
    /// Loads the libraries that an image needs from the given folders, since its copy lies in another folder. What they do not hold is the
    /// system's business.
    /// </summary>
    public static void LoadNeeded(byte[] image, IReadOnlyList<string> folders)
    {
        foreach (string name in new ElfImage(image).NeededLibraries())
        {
            if (folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) is { } path)
                NativeLibrary.Load(path);
        }
    }
}
