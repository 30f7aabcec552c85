namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Folders for files of these tests, gone when the process ends.</summary>
internal static class SparseFolder
{
    private static readonly string _root = Made();

    /// <summary>A new folder.</summary>
    public static string New() => Directory.CreateDirectory(Path.Combine(_root, Guid.NewGuid().ToString("N"))).FullName;

    private static string Made()
    {
        string root = Directory.CreateTempSubdirectory("prunesharp-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }
}
