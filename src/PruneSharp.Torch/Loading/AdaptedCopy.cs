using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PruneSharp.Torch;

/// <summary>
/// Keeps the adapted library where the loader can open it: in the user's cache under the hash of its content, or where that cannot be
/// written, in a private temporary folder for as long as loading takes.
/// </summary>
internal static class AdaptedCopy
{
    /// <summary>The user's cache folder; null where the user has none.</summary>
    public static string? CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length == 0 ? null : Path.Combine(home, ".cache");
        }

        return cache is null ? null : Path.Combine(cache, "prunesharp", "torchsharp");
    }

    /// <summary>Loads a library from its bytes.</summary>
    /// <returns>The path it was loaded from.</returns>
    /// <exception cref="IOException">It could be written nowhere.</exception>
    /// <exception cref="DllNotFoundException">The system refuses it.</exception>
    public static string Load(byte[] library, string? cacheFolder, string fileName)
    {
        if (cacheFolder is not null && Cached(library, cacheFolder, fileName) is { } cached && NativeLibrary.TryLoad(cached, out _))
            return cached;
        string folder = Directory.CreateTempSubdirectory("prunesharp-").FullName;
        try
        {
            string path = Path.Combine(folder, fileName);
            File.WriteAllBytes(path, library);
            NativeLibrary.Load(path);
            return path;
        }
        finally
        {
            // A loaded library stays usable after its file is gone.
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// The cached file, written first if it is not there with exactly these bytes; null where that fails. Several processes may do this
    /// at once: each writes a file of its own and renames it.
    /// </summary>
    public static string? Cached(byte[] library, string cacheFolder, string fileName)
    {
        string folder = Path.Combine(cacheFolder, Convert.ToHexStringLower(SHA256.HashData(library))[..32]), path = Path.Combine(folder, fileName);
        string temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(library))
                return path;
            Directory.CreateDirectory(folder);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(library);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            return null;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What could not be written need not be removable.
        }
    }
}
