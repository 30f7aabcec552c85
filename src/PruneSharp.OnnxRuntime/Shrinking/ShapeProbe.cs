using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Shapes by execution: every tensor of the main graph becomes an output, and ONNX Runtime runs the model. Integers are recorded for INT64, INT32 and BOOL tensors that do
/// not depend on the values of the inputs.
/// </summary>
public static class ShapeProbe
{
    // Far from the usual size, so that what strides of 64 or 128 leave of a picture differs too.
    private const int OtherSequenceLength = 80;

    private static readonly int[] OtherBatchSizes = [2, 3];

    /// <summary>
    /// The shapes of one run with the usual sizes, and of further ones that change those dynamic dimensions which the user gives no size for: all of them at once, or where
    /// that fails the batch alone and the others alone. Where no other size runs either, the further sample is inferred (<see cref="StaticShapes"/>), so that a
    /// dimension is never taken as fixed because nobody could change it: it differs there, or is unknown. A model that does not run at all is inferred altogether.
    /// </summary>
    /// <param name="model">The model, opened by its path.</param>
    /// <param name="dims">Sizes of dynamic dimensions by name; these count as fixed. Null for none.</param>
    /// <param name="cancellation">Ends the run that is in progress.</param>
    /// <exception cref="ArgumentException">The model has no such dimension.</exception>
    public static ModelShapes Run(OnnxModel model, IReadOnlyDictionary<string, int>? dims = null, CancellationToken cancellation = default)
    {
        dims ??= new Dictionary<string, int>();
        return Observe(model, dims, cancellation) ?? StaticShapes.Infer(model, [Longs(dims), Longs(dims)]);
    }

    /// <summary>The same; null where ONNX Runtime does not run the model.</summary>
    internal static ModelShapes? Observe(OnnxModel model, IReadOnlyDictionary<string, int> dims, CancellationToken cancellation)
    {
        var observable = new ObservableModel(model);
        try
        {
            InputDims usual;
            using (var plain = ModelSession.Open(model.Path))
                usual = GeneratedInputs.FindDims(plain, model.Name, dims);
            cancellation.ThrowIfCancellationRequested();
            using var session = ModelSession.Open(observable.Bytes(), model.Name, Path.GetDirectoryName(Path.GetFullPath(model.Path)) ?? ".", options => options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL);
            if (Sample(session, model, observable, usual, cancellation) is not { } first)
                return null;
            return new([first, .. Others(session, model, observable, usual, cancellation)]);
        }
        catch (Exception error) when (error is InvalidModelException or OnnxRuntimeException)
        {
            return null;
        }
    }

    private static List<IReadOnlyDictionary<string, ObservedTensor>> Others(InferenceSession session, OnnxModel model, ObservableModel observable, InputDims usual, CancellationToken cancellation)
    {
        InputDims[] batches = [.. OtherBatchSizes.Select(size => usual with { BatchSize = size })];
        InputDims[] sizes = [.. new[] { usual.ImageSize * 2, usual.ImageSize + 96, usual.ImageSize + 32 }.Select(size => usual with { ImageSize = size, SequenceLength = OtherSequenceLength })];
        InputDims[] all = [.. from size in sizes from batch in batches select size with { BatchSize = batch.BatchSize }];
        bool Changes(InputDims other) => session.InputMetadata.Any(i => !usual.Shape(i.Key, i.Value).SequenceEqual(other.Shape(i.Key, i.Value)));
        IReadOnlyDictionary<string, ObservedTensor>? FirstOf(InputDims[] tried) => tried.Select(other => Sample(session, model, observable, other, cancellation)).FirstOrDefault(sample => sample is not null);

        var samples = new List<IReadOnlyDictionary<string, ObservedTensor>>();
        if (!Changes(all[0]))
            return samples;
        if (FirstOf(all) is { } joint)
            return [joint];
        foreach (var tried in new[] { batches, sizes }.Where(t => Changes(t[0])))
            samples.Add(FirstOf(tried) ?? StaticShapes.Infer(model, [tried[0].Sizes(session.InputMetadata)]).Samples[0]);
        return samples;
    }

    private static Dictionary<string, ObservedTensor>? Sample(InferenceSession session, OnnxModel model, ObservableModel observable, InputDims dims, CancellationToken cancellation)
    {
        using var inputs = GeneratedInputs.Create(session, model.Name, dims, new(), 0);
        using var options = new RunOptions();
        using var registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            using var outputs = session.Run(options, inputs.Values, session.OutputNames);
            var sample = new Dictionary<string, ObservedTensor>(observable.Constants, StringComparer.Ordinal);
            foreach (var (name, value) in inputs.Values.Concat(session.OutputNames.Zip(outputs, KeyValuePair.Create)))
                if (value.IsTensor)
                    sample.TryAdd(name, Observed(value, !observable.DataDependent.Contains(name)));
            return sample;
        }
        catch (OnnxRuntimeException)
        {
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static ObservedTensor Observed(OrtValue value, bool withIntegers)
    {
        var info = value.GetTensorTypeAndShape();
        return new(info.Shape, !withIntegers || info.ElementCount > ObservedTensor.MostIntegers ? null : info.ElementDataType switch
        {
            TensorElementType.Int64 => MemoryMarshal.Cast<byte, long>(Bytes()).ToArray(),
            TensorElementType.Int32 => [.. MemoryMarshal.Cast<byte, int>(Bytes()).ToArray().Select(v => (long)v)],
            TensorElementType.Bool => [.. Bytes().ToArray().Select(v => v != 0 ? 1L : 0)],
            _ => null,
        });

        Span<byte> Bytes() => info.ElementCount == 0 ? [] : value.GetTensorMutableRawData();
    }

    private static Dictionary<string, long> Longs(IReadOnlyDictionary<string, int> dims) => dims.ToDictionary(d => d.Key, d => (long)d.Value, StringComparer.Ordinal);
}
