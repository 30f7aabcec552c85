namespace PruneSharp.Torch;

/// <summary>Writes a file that appears whole or not at all: to a temporary sibling, flushed to disk, then renamed.</summary>
internal static class StateOutput
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Writes a file.</summary>
    /// <exception cref="IOException">It exists and <paramref name="force"/> is false, is a folder, or cannot be written.</exception>
    public static void Write(string path, bool force, Action<Stream> write)
    {
        string full = Path.GetFullPath(path), folder = Path.GetDirectoryName(full) ?? "/";
        if (Directory.Exists(full))
            throw new IOException($"{path} is a folder; name a file.");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{path} cannot be written: the folder {folder} does not exist.");
        if (!force && File.Exists(full))
            throw new IOException($"{path} exists already; pass force: true to replace it.");

        string temporary = Path.Combine(folder, $".prunesharp-{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = Create(temporary, path))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: force);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static FileStream Create(string temporary, string path)
    {
        try
        {
            return new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: nothing can be created in its folder ({error.GetType().Name}).", error);
        }
    }
}
