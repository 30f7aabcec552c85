using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>A loaded model that runs again and again on the same inputs, with as little around the run as possible.</summary>
internal sealed class TimedModel : IDisposable
{
    private readonly string _name;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string[] _outputs;
    private string[] _inputNames = [];
    private OrtValue[] _inputs = [];

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses the model.</exception>
    /// <exception cref="IOException">The file is missing.</exception>
    public TimedModel(ModelSource source, int threads, Action<SessionOptions>? configure = null)
        : this(source.Name, source.Open(options =>
        {
            Configure(options, threads);
            configure?.Invoke(options);
        })) { }

    /// <summary>Takes a loaded model over.</summary>
    public TimedModel(string name, InferenceSession session)
    {
        (_name, _session) = (name, session);
        _outputs = [.. session.OutputNames];
    }

    /// <summary>Sets the options that every timed session has.</summary>
    public static void Configure(SessionOptions options, int threads)
    {
        options.IntraOpNumThreads = threads;

        // Idle threads of one model would otherwise spin on the cores while another model is timed.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
    }

    /// <summary>The loaded model.</summary>
    public InferenceSession Session => _session;

    /// <summary>Sets the inputs of the next runs; the caller owns them.</summary>
    public void Use(NamedTensors inputs)
    {
        _inputNames = [.. inputs.Values.Keys];
        _inputs = [.. inputs.Values.Values];
    }

    /// <summary>Runs once.</summary>
    /// <exception cref="InvalidModelException">The model fails on these inputs.</exception>
    public void Run()
    {
        try
        {
            _session.Run(_options, _inputNames, _inputs, _outputs).Dispose();
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException(_name, $"it fails to run: {error.Message}", error);
        }
    }

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
