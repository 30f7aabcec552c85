using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Tensors by name that outlive a step; the ones that are replaced are disposed of.</summary>
internal sealed class KeptTensors : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Tensor> All => _tensors;

    public void Keep(string name, Tensor value)
    {
        if (_tensors.TryGetValue(name, out var before) && !ReferenceEquals(before, value))
            before.Dispose();
        _tensors[name] = value.DetachFromDisposeScope();
    }

    /// <summary>Puts others in place of all.</summary>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, Device? device = null)
    {
        foreach (string name in _tensors.Keys.Where(n => !tensors.ContainsKey(n)).ToArray())
        {
            _tensors[name].Dispose();
            _tensors.Remove(name);
        }

        foreach (var (name, value) in tensors)
            Keep(name, device is null ? value : value.to(device));
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
    }
}
