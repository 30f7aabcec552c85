using Microsoft.ML.OnnxRuntime;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Runs one loaded model with any of its weights replaced: the weights are inputs of the graph here.</summary>
internal sealed class VariantRunner : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _name;
    private readonly NamedTensors _weights = new();
    private readonly List<NamedTensors> _samples = [];
    private readonly List<(double[] Values, int Columns)[]> _reference = [];

    /// <summary>Loads a model and measures its unpruned outputs.</summary>
    public VariantRunner(OnnxModel model, IReadOnlyList<ModelWeight> weights, ScanOptions options)
    {
        _name = model.Name;
        string folder = Path.GetDirectoryName(Path.GetFullPath(model.Path))!;
        HashSet<string> promoted = [.. weights.Select(w => w.ValueName)];

        // Sizes of dynamic dimensions are tried on the model as it is.
        InputDims? dims = null;
        if (options.Data is null)
        {
            using var plain = ModelSession.Open(model.Path);
            dims = GeneratedInputs.FindDims(plain, _name, options.Dims);
        }

        _session = ModelSession.Open(WeightInputs.Promote(model, weights), _name, folder);
        string[] inputs = [.. _session.InputNames.Where(n => !promoted.Contains(n))];
        foreach (var weight in weights)
            _weights.Add(weight.ValueName, Tensor(weight, null));
        var data = options.Data is null ? null : NpzData.Open(options.Data, _session, inputs, options.Samples);
        for (int i = 0; i < Math.Min(options.Samples, data?.Count ?? int.MaxValue); i++)
            _samples.Add(data?.Sample(i, inputs) ?? GeneratedInputs.Create(_session, _name, dims!, options.Range, options.Seed + (ulong)i, inputs));

        for (int i = 0; i < _samples.Count; i++)
        {
            _reference.Add(Outputs(_samples[i], new Dictionary<string, OrtValue>()));
            if (_reference[i].FirstOrDefault(o => !o.Values.All(double.IsFinite)).Values is not null)
                throw new InvalidModelException(data is null ? _name : data.ToString(), $"on sample {i} the unpruned model gives outputs that are no finite numbers, so no change can be measured.");
        }

        Metric = options.Metric != ChangeMetric.Auto ? options.Metric
            : _reference.All(outputs => outputs.All(o => OutputChange.IsProbabilities(o.Values, o.Columns))) ? ChangeMetric.Kl
            : ChangeMetric.Relative;
    }

    /// <summary>The metric in use, never Auto.</summary>
    public ChangeMetric Metric { get; }

    /// <summary>Samples in use.</summary>
    public int SampleCount => _samples.Count;

    /// <summary>Mean change of the outputs with some weights masked.</summary>
    public double Change(IReadOnlyList<(ModelWeight Weight, Mask Mask)> masked)
    {
        using var replaced = new NamedTensors();
        foreach (var (weight, mask) in masked)
            replaced.Add(weight.ValueName, Tensor(weight, mask));
        double sum = 0;
        for (int i = 0; i < _samples.Count; i++)
        {
            var outputs = Outputs(_samples[i], replaced.Values);
            for (int o = 0; o < outputs.Length; o++)
            {
                var (a, columns) = _reference[i][o];
                double change = a.Length != outputs[o].Values.Length ? double.PositiveInfinity
                    : Metric == ChangeMetric.Kl ? OutputChange.Kl(a, outputs[o].Values, columns)
                    : OutputChange.Relative(a, outputs[o].Values);
                sum += change / outputs.Length;
            }
        }

        return sum / _samples.Count;
    }

    public void Dispose()
    {
        _session.Dispose();
        _weights.Dispose();
        _samples.ForEach(s => s.Dispose());
    }

    private static OrtValue Tensor(ModelWeight weight, Mask? mask)
    {
        var data = weight.Weights.Data;
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, OrtTypes.Of(data.Type), [.. weight.Shape]);
        var bytes = value.GetTensorMutableRawData();
        data.Read(0, checked((int)data.Length), bytes).CopyTo(bytes);
        mask?.Zero(bytes, data.Type, 0);
        return value;
    }

    private (double[] Values, int Columns)[] Outputs(NamedTensors sample, IReadOnlyDictionary<string, OrtValue> replaced)
    {
        var all = new Dictionary<string, OrtValue>(sample.Values);
        foreach (var (name, value) in _weights.Values)
            all[name] = replaced.GetValueOrDefault(name, value);
        try
        {
            using var options = new RunOptions();
            using var outputs = _session.Run(options, all, _session.OutputNames);
            return [.. outputs.Select(o => o.IsTensor && TensorNumbers.Of(o) is { } values ? (values, Columns(o)) : throw new InvalidModelException(_name, "an output is no tensor of numbers, so its change cannot be measured."))];
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException(_name, $"it fails to run: {error.Message}", error);
        }
    }

    private static int Columns(OrtValue output)
    {
        long[] shape = output.GetTensorTypeAndShape().Shape;
        return shape.Length == 0 ? 1 : (int)Math.Max(1, shape[^1]);
    }
}
