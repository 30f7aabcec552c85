using Microsoft.ML.OnnxRuntime;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>A model that a sparse session is made of.</summary>
/// <param name="Model">The model, open for reading.</param>
/// <param name="Plain">Loads the model as it is.</param>
/// <param name="Folder">Where its external data lies; null for none.</param>
internal sealed record SparseModel(OnnxModel Model, Func<SessionOptions, InferenceSession> Plain, string? Folder)
{
    /// <summary>A model in a file.</summary>
    public static SparseModel Of(OnnxModel model, string path) =>
        new(model, options => new(path, options), model.ExternalFiles.Count == 0 ? null : Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");

    /// <summary>A model in memory.</summary>
    public static SparseModel Of(OnnxModel model, byte[] bytes, string? folder) => new(model, options => new(bytes, options), folder is null ? null : Path.GetFullPath(folder));
}
