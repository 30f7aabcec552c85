using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>Tensors by name, for one run; owns them.</summary>
internal sealed class NamedTensors : IDisposable
{
    private readonly Dictionary<string, OrtValue> _values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, OrtValue> Values => _values;

    public void Add(string name, OrtValue value) => _values.Add(name, value);

    public void Dispose()
    {
        foreach (var value in _values.Values)
            value.Dispose();
    }
}
