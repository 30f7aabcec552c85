using System.Runtime.CompilerServices;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>The published library of the execution provider; tests that need it are skipped without.</summary>
internal static class NativeLibraryFile
{
    /// <summary>Its path.</summary>
    public static string Path
    {
        get
        {
            string? given = Environment.GetEnvironmentVariable(SparseLibrary.Variable);
            string? found = given is { Length: > 0 } ? given : Published();
            Assert.SkipWhen(found is null || !File.Exists(found), $"There is no {SparseLibrary.FileName}. Build it with 'dotnet publish src/PruneSharp.Native -c Release -r linux-x64', or name it in {SparseLibrary.Variable}.");
            return found!;
        }
    }

    private static string? Published([CallerFilePath] string file = "")
    {
        string folder = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, "..", "..", "..", "artifacts", "publish", "PruneSharp.Native"));
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, SparseLibrary.FileName, SearchOption.AllDirectories).FirstOrDefault() : null;
    }
}
