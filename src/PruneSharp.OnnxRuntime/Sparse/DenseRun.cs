using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime;

/// <summary>A session with inputs and outputs that are bound once, so that a run takes no memory.</summary>
internal sealed class DenseRun : IDenseRun
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];

    /// <summary>Binds random inputs, runs once, and binds outputs of the shapes that come out.</summary>
    /// <param name="session">The session, which is disposed with this.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="shapes">Their shapes.</param>
    public DenseRun(InferenceSession session, IReadOnlyList<string> inputs, IReadOnlyList<long[]> shapes)
    {
        _session = session;
        _binding = session.CreateIoBinding();
        try
        {
            Bind(inputs, shapes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Run() => _session.RunWithBinding(_options, _binding);

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(v => v.Dispose());
        _options.Dispose();
        _session.Dispose();
    }

    private void Bind(IReadOnlyList<string> inputs, IReadOnlyList<long[]> shapes)
    {
        var random = new Random(0);
        for (int i = 0; i < inputs.Count; i++)
            _binding.BindInput(inputs[i], Tensor(shapes[i], random));
        foreach (string output in _session.OutputNames)
            _binding.BindOutputToDevice(output, OrtMemoryInfo.DefaultInstance);
        Run();
        using var outputs = _binding.GetOutputValues();
        foreach (var (name, value) in _session.OutputNames.Zip(outputs))
            _binding.BindOutput(name, Tensor(value.GetTensorTypeAndShape().Shape, null));
    }

    private OrtValue Tensor(long[] shape, Random? random)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape);
        _values.Add(value);
        if (random is not null)
            foreach (ref float number in value.GetTensorMutableDataAsSpan<float>())
                number = random.NextSingle() * 2 - 1;
        return value;
    }
}
