using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>Where a model comes from: a file, or memory.</summary>
public sealed class ModelSource
{
    private readonly Func<Action<SessionOptions>?, InferenceSession> _open;

    private ModelSource(string name, Func<Action<SessionOptions>?, InferenceSession> open)
    {
        Name = name;
        _open = open;
    }

    /// <summary>What results and errors call the model.</summary>
    public string Name { get; }

    /// <summary>A model in a file, called by the file's name.</summary>
    public static ModelSource File(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(Path.GetFileName(path), configure => ModelSession.Open(path, configure));
    }

    /// <summary>A serialized model.</summary>
    /// <param name="model">Bytes of an ONNX file; not copied.</param>
    /// <param name="name">What results and errors call it.</param>
    /// <param name="folder">Where its external data lies; any folder for a model without.</param>
    public static ModelSource Memory(byte[] model, string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(name, configure => ModelSession.Open(model, name, folder, configure));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Loads the model.</summary>
    /// <param name="configure">Sets more session options; null for the defaults of <see cref="ModelSession"/>.</param>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses the model.</exception>
    /// <exception cref="IOException">The file is missing.</exception>
    internal InferenceSession Open(Action<SessionOptions>? configure = null) => _open(configure);
}
