using System.IO.MemoryMappedFiles;

namespace PruneSharp.Torch;

/// <summary>An open file of either kind, told apart by its first bytes.</summary>
internal sealed class StateFile : IDisposable
{
    private const int HeadBytes = 262;

    private readonly List<IDisposable> _opened = [];

    private StateFile(string path)
    {
        Path = path;
        try
        {
            Tensors = Open(Opened(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>The tensors in the order of the file.</summary>
    public IReadOnlyList<StateTensor> Tensors { get; }

    /// <summary>Opens a file and checks everything but values.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidModelException">It is damaged or of no known kind.</exception>
    public static StateFile Open(string path) => new(path);

    public void Dispose()
    {
        for (int i = _opened.Count - 1; i >= 0; i--)
            _opened[i].Dispose();
    }

    private List<StateTensor> Open(FileStream stream)
    {
        var head = new byte[HeadBytes];
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read == 0)
            throw new InvalidModelException(Path, "the file is empty; expected a safetensors file or one of torch.save.");
        return PyTorchFile.IsPyTorch(head.AsSpan(0, read)) ? PyTorch(stream) : Safetensors(stream);
    }

    private List<StateTensor> PyTorch(FileStream stream)
    {
        var file = PyTorchFile.Open(stream, Path);
        return [.. file.Tensors.Select(t => new StateTensor(t.Name, t.Type.Name, StateType.Find(t.Type)?.Scalar, [.. t.Shape], t.Bytes,
            (offset, destination) => file.Read(t, offset, destination)))];
    }

    // Mapped, so that values go from the system's cache to the tensor in one copy.
    private List<StateTensor> Safetensors(FileStream stream)
    {
        long bytes = stream.Length;
        var map = Opened(MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true));
        var view = Opened(map.CreateViewStream(0, bytes, MemoryMappedFileAccess.Read));
        var file = SafetensorsFile.Open(view, Path);
        return [.. file.Tensors.Select(t => new StateTensor(t.Name, t.Type.Name, StateType.Find(t.Type)?.Scalar, [.. t.Shape], t.Bytes,
            (offset, destination) => file.Read(t, offset, destination)))];
    }

    private T Opened<T>(T resource) where T : IDisposable
    {
        _opened.Add(resource);
        return resource;
    }
}
