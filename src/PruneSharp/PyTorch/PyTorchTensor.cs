namespace PruneSharp;

/// <summary>One tensor of a <see cref="PyTorchFile"/>: what it is, without its values.</summary>
public sealed class PyTorchTensor
{
    internal PyTorchTensor(string name, TensorView view)
    {
        Name = name;
        View = view;
        Shape = view.Shape.AsReadOnly();
    }

    /// <summary>The keys that lead to it, joined by dots; unique in the file.</summary>
    public string Name { get; }

    /// <summary>How each element is stored.</summary>
    public PyTorchType Type => View.Storage.Type;

    /// <summary>Dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Length => View.Length;

    /// <summary>Size of its values in row-major order: <see cref="Length"/> × the element size.</summary>
    public long Bytes => View.Length * Type.Bytes;

    /// <summary>Where the values lie.</summary>
    internal TensorView View { get; }
}
