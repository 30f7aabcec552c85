using Microsoft.Win32.SafeHandles;

namespace PruneSharp.Onnx;

/// <summary>The bytes of an open file.</summary>
internal sealed class FileBytes : ByteSource
{
    private readonly SafeFileHandle _handle;

    private FileBytes(string name, SafeFileHandle handle, long length)
        : base(name, length) =>
        _handle = handle;

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">The file is missing, a folder, or cannot be read.</exception>
    /// <exception cref="InvalidModelException">The file is empty, or a pipe or device.</exception>
    public static FileBytes Open(string path)
    {
        if (path.Length == 0)
            throw new FileNotFoundException("The model's name is empty; name a file.");
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder; name a file.");
        var info = new FileInfo(path);
        if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;
        if (!info.Exists)
            throw new FileNotFoundException($"{path} does not exist.", path);

        // Opening a pipe would wait for a writer; pipes and devices have length 0 too.
        if (info.Length == 0)
            throw new InvalidModelException(Path.GetFileName(path), "the file is empty, or no regular file.");
        var handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        return new(Path.GetFileName(path), handle, RandomAccess.GetLength(handle));
    }

    public override void Read(long offset, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(_handle, buffer, offset);
            if (read == 0)
                throw new InvalidModelException(Name, $"the file ends at byte {offset}; it had {Length} bytes when it was opened.");
            buffer = buffer[read..];
            offset += read;
        }
    }

    public override void Dispose() => _handle.Dispose();
}
