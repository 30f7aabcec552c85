namespace PruneSharp.Onnx;

/// <summary>
/// A file that appears whole or not at all: written to a temporary sibling, flushed to disk, then renamed. Disposed without
/// <see cref="Commit"/>, it leaves nothing behind.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _temporary;
    private readonly bool _force;
    private bool _done;

    private OutputFile(string path, string temporary, FileStream stream, bool force)
    {
        Path = path;
        _temporary = temporary;
        Stream = stream;
        _force = force;
    }

    /// <summary>The final path.</summary>
    public string Path { get; }

    /// <summary>Write the contents here.</summary>
    public FileStream Stream { get; }

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where it will appear.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <exception cref="IOException">The file exists and <paramref name="force"/> is false, or the folder cannot be written.</exception>
    public static OutputFile Create(string path, bool force)
    {
        CheckFree(path, force);
        string temporary = System.IO.Path.Combine(Folder(path), $".prunesharp-{System.IO.Path.GetRandomFileName()}.tmp");
        try
        {
            return new(path, temporary, new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16), force);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be written: nothing can be created in its folder ({error.GetType().Name}).", error);
        }
    }

    /// <summary>Refuses a path that cannot become an output.</summary>
    /// <param name="path">The output.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="inUse">Files that must not be replaced in any case: inputs and other outputs, by whatever name or link.</param>
    /// <exception cref="IOException">
    /// The path is a folder or device, is one of <paramref name="inUse"/>, lies in a folder that is not there, or exists and
    /// <paramref name="force"/> is false.
    /// </exception>
    public static void CheckFree(string path, bool force, params IEnumerable<string?> inUse)
    {
        if (path.Length == 0)
            throw new IOException("The output's name is empty; name a file.");
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder; name a file.");
        string full = System.IO.Path.GetFullPath(path);
        if (full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal))
            throw new IOException($"{path} is a device; name a file.");
        string real = RealPath.Of(path);
        if (inUse.FirstOrDefault(other => other is not null && RealPath.Of(other) == real) is { } used)
            throw new IOException($"{path} is in use as {used}; inputs are never modified, and every output needs a file of its own.");
        if (!Directory.Exists(Folder(path)))
            throw new DirectoryNotFoundException($"{path} cannot be written: the folder {Folder(path)} does not exist.");
        if (!force && File.Exists(path))
            throw new IOException($"{path} exists already; use --force to replace it.");
    }

    /// <summary>Ends writing and gives the path of the finished file, to be looked at before <see cref="Commit"/>.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public string Finish()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        return _temporary;
    }

    /// <summary>Makes the file appear under its path.</summary>
    /// <param name="path">Another final path in the same folder, where it became known only while writing.</param>
    /// <exception cref="IOException">The disk is full, or the path was taken meanwhile.</exception>
    public void Commit(string? path = null)
    {
        if (Stream.CanWrite)
            Finish();
        File.Move(_temporary, path ?? Path, _force);
        _done = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException) when (!_done)
        {
            // The disk is full: the error that matters has been thrown by the write.
        }

        if (!_done)
            File.Delete(_temporary);
    }

    private static string Folder(string path) => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "/";
}
