using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// An ONNX Runtime session whose sparse layers run with PruneSharp's kernels, in the application's process and without a native library of ours. The file on disk stays as
/// it is; what ONNX Runtime loads is a copy in memory in which each region of sparse layers is one node.
/// </summary>
/// <remarks>Safe to run from several threads at once, and to dispose while another thread runs: its run ends first.</remarks>
public sealed class SparseSession : IDisposable
{
    private readonly SharedSession _shared;

    internal SparseSession(InferenceSession session, ImmutableArray<LayerDecision> layers, IReadOnlyList<SparseProgram> programs, int regionCount, ImmutableArray<string> warnings)
    {
        Warnings = warnings;
        Programs = programs;
        _shared = new(session);
        Layers = layers;
        RegionCount = regionCount;
    }

    /// <summary>The session, for everything that this class does not pass through. Runs on it directly must end before <see cref="Dispose"/>.</summary>
    public InferenceSession Session => _shared.Session;

    /// <summary>What was decided about every layer with constant weights, in the order of the graph.</summary>
    public ImmutableArray<LayerDecision> Layers { get; }

    /// <summary>What was not as it should be, one sentence each: a decision cache that could not be used, a region that could not be packed. The session works all the same.</summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>What runs in the regions.</summary>
    internal IReadOnlyList<SparseProgram> Programs { get; }

    /// <summary>The regions that the sparse kernels run, each one or more layers with what goes with them; 0 where nothing is worth it and the session is an ordinary one.</summary>
    public int RegionCount { get; }

    /// <summary>Loads a file; its external data is read too.</summary>
    /// <param name="path">An ONNX file, pruned. Weights may be dense, <c>sparse_initializer</c>, or packed by PruneSharp.</param>
    /// <param name="options">What may be claimed and how it is decided; null for the defaults. Its 0 threads stand for those of <paramref name="session"/>.</param>
    /// <param name="session">Options of ONNX Runtime; null for its defaults with the threads of <paramref name="options"/>. They get to know our operator, and may be used again.</param>
    /// <exception cref="InvalidModelException">The file is damaged, or ONNX Runtime refuses it.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="NotSupportedException">The application's ONNX Runtime is older than 1.17.</exception>
    public static SparseSession Create(string path, AccelerateOptions? options = null, SessionOptions? session = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var model = OnnxModel.Open(path);
        return SparseSessionBuilder.Build(SparseModel.Of(model, path), options, session);
    }

    /// <summary>Loads a model from memory. Weights that are stored outside of it stay dense.</summary>
    /// <param name="model">Bytes of an ONNX file; not copied, and not needed afterwards.</param>
    /// <param name="folder">Where external data lies; null for a model without.</param>
    /// <param name="options">As for a file.</param>
    /// <param name="session">As for a file.</param>
    /// <exception cref="InvalidModelException">The bytes are no sound model, or ONNX Runtime refuses it.</exception>
    /// <exception cref="NotSupportedException">The application's ONNX Runtime is older than 1.17.</exception>
    public static SparseSession Create(byte[] model, string? folder = null, AccelerateOptions? options = null, SessionOptions? session = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var parsed = OnnxModel.Of(model);
        return SparseSessionBuilder.Build(SparseModel.Of(parsed, model, folder), options, session);
    }

    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="outputNames">The outputs that are wanted; null for all.</param>
    /// <param name="options">Options of this run; null for none.</param>
    /// <returns>The outputs, to be disposed.</returns>
    /// <exception cref="OnnxRuntimeException">The run fails; where one of our kernels does, its message says so.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string>? outputNames = null, RunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        _shared.Enter();
        try
        {
            using var none = options is null ? new RunOptions() : null;
            return Session.Run(options ?? none!, inputs, outputNames ?? Session.OutputNames);
        }
        finally
        {
            _shared.Exit();
        }
    }

    /// <summary>Runs the model once with values of the older kind.</summary>
    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, OrtValue}, IReadOnlyCollection{string}, RunOptions)"/>
    public IDisposableReadOnlyCollection<DisposableNamedOnnxValue> Run(IReadOnlyCollection<NamedOnnxValue> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        _shared.Enter();
        try
        {
            return Session.Run(inputs);
        }
        finally
        {
            _shared.Exit();
        }
    }

    /// <summary>Runs the model once into outputs that are already there.</summary>
    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, OrtValue}, IReadOnlyCollection{string}, RunOptions)" path="/exception"/>
    public void Run(RunOptions options, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputs, IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputs)
    {
        _shared.Enter();
        try
        {
            Session.Run(options, inputNames, inputs, outputNames, outputs);
        }
        finally
        {
            _shared.Exit();
        }
    }

    /// <summary>Releases the session and the packed weights, when the runs that are in progress have ended.</summary>
    public void Dispose() => _shared.Dispose();
}
