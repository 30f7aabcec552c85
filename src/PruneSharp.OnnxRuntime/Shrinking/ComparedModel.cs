using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>A form of a model that is compared with others: made and loaded when it is first run.</summary>
/// <param name="bytes">Makes the model's bytes; asked once for each level of optimisation, and not kept.</param>
/// <param name="name">What errors call it.</param>
/// <param name="folder">Where its external data lies.</param>
internal sealed class ComparedModel(Func<byte[]> bytes, string name, string folder) : IDisposable
{
    private readonly InferenceSession?[] _sessions = new InferenceSession?[2];

    /// <summary>The model in ONNX Runtime.</summary>
    /// <param name="optimized">Whether with graph optimisation, as users run it.</param>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses it.</exception>
    public InferenceSession Session(bool optimized) => _sessions[optimized ? 1 : 0] ??= ModelSession.Open(bytes(), name, folder, options =>
    {
        options.GraphOptimizationLevel = optimized ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL;

        // Products with dequantised weights are computed with float values, not with values quantised once more.
        options.AddSessionConfigEntry("session.qdq_matmulnbits_accuracy_level", "1");
    });

    /// <summary>Runs it once; numbers by output, null for what is no tensor of numbers.</summary>
    /// <exception cref="InvalidModelException">It does not load, or fails on these inputs.</exception>
    public IReadOnlyList<double[]?> Run(NamedTensors inputs, IReadOnlyCollection<string> outputs, bool optimized)
    {
        using var values = Verifier.Run(Session(optimized), name, inputs, outputs);
        return [.. values.Select(value => value.IsTensor ? TensorNumbers.Of(value) : null)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in _sessions)
            session?.Dispose();
    }
}
