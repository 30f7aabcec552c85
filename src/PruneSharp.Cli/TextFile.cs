using System.Text;
using PruneSharp.Onnx;

namespace PruneSharp.Cli;

/// <summary>Small files of text: plans, cut lists.</summary>
internal static class TextFile
{
    private const long Largest = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should be, for the error.</param>
    /// <exception cref="FormatException">It is empty or larger than 64 MiB.</exception>
    public static string Read(string path, string what)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new FileNotFoundException($"{path} does not exist.", path);
        return file.Length is 0 or > Largest
            ? throw new FormatException($"{path} has {file.Length} bytes, which is no {what}.")
            : File.ReadAllText(path);
    }

    /// <summary>Writes a file that appears whole or not at all.</summary>
    public static void Write(string path, string text, bool force)
    {
        using var file = OutputFile.Create(path, force);
        file.Stream.Write(Encoding.UTF8.GetBytes(text));
        file.Commit();
    }
}
