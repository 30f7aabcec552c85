using Microsoft.ML.OnnxRuntime;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Loads models into ONNX Runtime, by default with its default optimisations, and turns its errors into ours.</summary>
internal static class ModelSession
{
    /// <summary>Loads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="configure">Sets more session options; null for none.</param>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses the model.</exception>
    public static InferenceSession Open(string path, Action<SessionOptions>? configure = null)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} does not exist.", path);
        if (OnnxArchive.Is(path))
            throw new InvalidModelException(Path.GetFileName(path), "it is an archive of packed weights. prunesharp unpack makes the model again.");
        using var options = Options(configure);
        return Guard(Path.GetFileName(path), () => new InferenceSession(path, options));
    }

    /// <summary>Loads a model from memory; its external data lies in <paramref name="folder"/>.</summary>
    /// <param name="model">Bytes of an ONNX file.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="folder">Where external data lies.</param>
    /// <param name="configure">Sets more session options; null for none.</param>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses the model.</exception>
    public static InferenceSession Open(byte[] model, string name, string folder, Action<SessionOptions>? configure = null)
    {
        using var options = Options(configure);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        return Guard(name, () => new InferenceSession(model, options));
    }

    private static SessionOptions Options(Action<SessionOptions>? configure)
    {
        var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        configure?.Invoke(options);
        return options;
    }

    private static InferenceSession Guard(string name, Func<InferenceSession> open)
    {
        try
        {
            return open();
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException(name, $"ONNX Runtime cannot load it: {error.Message}", error);
        }
    }
}
