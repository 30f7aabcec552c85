namespace PruneSharp.Onnx;

/// <summary>Paths with every link in them followed, so that two names of one file compare as equal.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;
    private const int LongestPath = 4096;

    /// <summary>The full path behind all links; parts that do not exist are taken as they are.</summary>
    /// <exception cref="IOException">The path is too long, or its links lead round in a circle.</exception>
    public static string Of(string path)
    {
        int links = 0;
        return Of(path, ref links);
    }

    private static string Of(string path, ref int links)
    {
        if (path.Length > LongestPath)
            throw new PathTooLongException($"A path of {path.Length} characters is too long; at most {LongestPath} are followed.");
        string full = Path.GetFullPath(path);
        string? parent = Path.GetDirectoryName(full);
        if (parent is null)
            return full;
        string folder = Of(parent, ref links), here = Path.Combine(folder, Path.GetFileName(full));
        if (new FileInfo(here).LinkTarget is not { } target)
            return here;
        if (++links > MostLinks)
            throw new IOException($"{path} leads through more than {MostLinks} links.");
        return Of(Path.Combine(folder, target), ref links);
    }
}
