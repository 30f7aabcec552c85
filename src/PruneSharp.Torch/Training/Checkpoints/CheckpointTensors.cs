using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>The tensors of a checkpoint that is being loaded; each is taken once.</summary>
internal sealed class CheckpointTensors
{
    private readonly string _file;
    private readonly Dictionary<string, StateTensor> _left = [];

    /// <summary>Those of a file; nothing is read yet.</summary>
    /// <exception cref="InvalidModelException">TorchSharp cannot hold one.</exception>
    public CheckpointTensors(SafetensorsFile file)
    {
        _file = file.Name;
        foreach (var t in file.Tensors)
        {
            var tensor = new StateTensor(t.Name, t.Type.Name, StateType.Find(t.Type)?.Scalar, [.. t.Shape], t.Bytes, (offset, destination) => file.Read(t, offset, destination));
            tensor.CheckHeld(_file);
            _left.Add(t.Name, tensor);
        }
    }

    /// <summary>Names that nobody has taken yet.</summary>
    public IReadOnlyCollection<string> Left => _left.Keys;

    /// <summary>The error for this file.</summary>
    public InvalidModelException Wrong(string problem) => new(_file, problem);

    /// <summary>Whether a tensor has the shape and type of another; null where it is missing.</summary>
    public bool? Fits(string name, Tensor like) => _left.TryGetValue(name, out var tensor) ? tensor.Type == like.dtype && tensor.Shape.AsSpan().SequenceEqual(like.shape) : null;

    /// <summary>Type and shape of a tensor, for messages.</summary>
    public string Shown(string name) => $"{_left[name].Type} [{string.Join(", ", _left[name].Shape)}]";

    /// <summary>Reads a tensor onto the CPU.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="like">What it must fit; null: anything.</param>
    /// <param name="isFinite">Whether NaN and infinity are an error.</param>
    /// <exception cref="InvalidModelException">It is missing, does not fit, is cut off or is not finite.</exception>
    public Tensor Take(string name, Tensor? like, bool isFinite = false)
    {
        if (!_left.TryGetValue(name, out var tensor))
            throw Wrong($"tensor {name} is missing.");
        if (like is not null && Fits(name, like) == false)
            throw Wrong($"tensor {name} is {Shown(name)}; expected {like.dtype} [{string.Join(", ", like.shape)}].");
        var value = tensor.ToTensor(_file);
        if (isFinite && !FiniteValues.Are(value))
            throw Wrong($"tensor {name} holds NaN or infinity, which no checkpoint is saved with.");
        _left.Remove(name);
        return value;
    }

    /// <summary>Reads all tensors whose names begin alike, by the rest of their names.</summary>
    /// <param name="prefix">The beginning.</param>
    /// <param name="like">Those that are there now; where one has the same name, its shape and type are expected.</param>
    public Dictionary<string, Tensor> TakeAll(string prefix, IReadOnlyDictionary<string, Tensor> like)
    {
        string[] names = [.. _left.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))];
        return names.ToDictionary(n => n[prefix.Length..], n => Take(n, like.GetValueOrDefault(n[prefix.Length..])));
    }
}
