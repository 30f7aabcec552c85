namespace PruneSharp.Onnx;

/// <summary>Paths with every link in them followed, so that two names of one file compare as equal.</summary>
internal static class RealPath
{
    /// <summary>The full path behind all links; parts that do not exist are taken as they are.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string? parent = Path.GetDirectoryName(full);
        if (parent is null)
            return full;
        string here = Path.Combine(Of(parent), Path.GetFileName(full));
        if (new FileInfo(here).LinkTarget is null)
            return here;
        return File.ResolveLinkTarget(here, returnFinalTarget: true) is { } target ? Path.GetFullPath(target.FullName) : here;
    }
}
