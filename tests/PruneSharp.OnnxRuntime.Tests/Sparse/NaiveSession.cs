using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Sparse sessions with the engine of <see cref="NaiveEngine"/>.</summary>
internal static class NaiveSession
{
    private static readonly AccelerateOptions _options = new() { Claim = ClaimRule.Estimated, Threads = 2 };

    /// <summary>A session of a model in memory.</summary>
    public static SparseSession Of(byte[] bytes, string? folder = null, SessionOptions? session = null)
    {
        using var model = OnnxModel.Of(bytes);
        return SparseSessionBuilder.Build(SparseModel.Of(model, bytes, folder), _options, session, NaiveEngine.Instance);
    }

    /// <summary>A session of a file.</summary>
    public static SparseSession Of(string path)
    {
        using var model = OnnxModel.Open(path);
        return SparseSessionBuilder.Build(SparseModel.Of(model, path), _options, null, NaiveEngine.Instance);
    }
}
