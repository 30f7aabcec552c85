using Microsoft.ML.OnnxRuntime;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Compares a shrunk model with the masked one, in ONNX Runtime, on generated inputs.</summary>
internal sealed class ShrinkCheck(ShrinkCut cut, string model, VerifyOptions options, CancellationToken cancellation)
{
    // Masked and dense must differ by this much of the output's scale for their comparison to say something.
    private const double Clear = 1e-4;

    private readonly string _name = Path.GetFileName(model);
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(model))!;

    /// <summary>Compares the shrunk model with the masked one: other inputs, and where the model allows it another batch size.</summary>
    /// <exception cref="ShrinkMismatchException">They differ, or what is masked can be seen in the outputs.</exception>
    /// <exception cref="InvalidModelException">The model does not run on generated inputs.</exception>
    public ShrinkVerification Masked()
    {
        using var dense = Open(cut.Dense(), _name);
        using var masked = Open(cut.Masked(), $"{_name} with masks");
        using var shrunk = Shrunk();
        var values = new List<OutputDifference>();
        bool clear = false;
        int runs = Each(dense, (inputs, first) =>
        {
            using var expected = Run(masked, inputs);
            using var found = Run(shrunk, inputs);
            Compare(expected, found, options.Tolerance, "The shrunk model differs from the masked one", values);
            if (!first)
                return;
            using var before = Run(dense, inputs);
            clear = Differences(before, expected).Any(d => d.MaxRelativeDifference > Clear);
            using var noisy = Open(cut.Masked(options.Seed), $"{_name} with noise behind masks");
            using var same = Run(noisy, inputs);
            Compare(expected, same, options.Tolerance, "What is masked can be seen", null);
        });
        return Result(values, clear, runs, "the masked model");
    }

    /// <summary>Compares the shrunk model with the dense one, for cuts that must not change anything.</summary>
    /// <exception cref="ShrinkMismatchException">They differ.</exception>
    /// <exception cref="InvalidModelException">The model does not run on generated inputs.</exception>
    public ShrinkVerification Lossless()
    {
        using var dense = Open(cut.Dense(), _name);
        using var shrunk = Shrunk();
        var values = new List<OutputDifference>();
        int runs = Each(dense, (inputs, _) =>
        {
            using var expected = Run(dense, inputs);
            using var found = Run(shrunk, inputs);
            Compare(expected, found, options.Tolerance, "The model without its dead units differs", values);
        });
        return Result(values, true, runs, "the model");
    }

    private int Each(InferenceSession dense, Action<NamedTensors, bool> compare)
    {
        var usual = GeneratedInputs.FindDims(dense, _name, options.Dims);
        var other = usual with { BatchSize = usual.BatchSize + 1 };
        InputDims[] all = dense.InputMetadata.Any(i => !usual.Shape(i.Key, i.Value).SequenceEqual(other.Shape(i.Key, i.Value))) ? [usual, other] : [usual];
        int runs = 0;
        foreach (var dims in all)
        {
            for (int run = 0; run < options.Runs; run++, runs++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inputs = GeneratedInputs.Create(dense, _name, dims, options.Range, options.Seed + (ulong)run);
                if (dims != usual && !Runs(dense, inputs))
                    break; // declared dynamic, but made for one size
                compare(inputs, runs == 0);
            }
        }

        return runs;
    }

    private bool Runs(InferenceSession session, NamedTensors inputs)
    {
        try
        {
            Run(session, inputs).Dispose();
            return true;
        }
        catch (InvalidModelException)
        {
            return false;
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, NamedTensors inputs) => Verifier.Run(session, _name, inputs, [.. cut.ComparedValues]);

    private InferenceSession Shrunk()
    {
        try
        {
            return Open(cut.Shrunk(), $"{_name}, shrunk");
        }
        catch (InvalidModelException error)
        {
            throw new ShrinkMismatchException($"ONNX Runtime refuses the shrunk model, and nothing was written: {error.Message}");
        }
    }

    // ONNX Runtime may compute products of dequantised weights with values that it quantises by their range, which masked ones would widen.
    private InferenceSession Open(byte[] bytes, string name) =>
        ModelSession.Open(bytes, name, _folder, session => session.AddSessionConfigEntry("session.qdq_matmulnbits_accuracy_level", "1"));

    private IEnumerable<OutputDifference> Differences(IDisposableReadOnlyCollection<OrtValue> a, IDisposableReadOnlyCollection<OrtValue> b) =>
        cut.ComparedValues.Select((name, i) => Verifier.Difference(name, a[i], b[i])).OfType<OutputDifference>();

    private void Compare(IDisposableReadOnlyCollection<OrtValue> expected, IDisposableReadOnlyCollection<OrtValue> found, double tolerance, string problem, List<OutputDifference>? all)
    {
        foreach (var difference in Differences(expected, found))
        {
            all?.Add(difference);
            if (!(difference.MaxRelativeDifference <= tolerance))
                throw new ShrinkMismatchException($"{problem}, and nothing was written: {difference.Name} by {difference.MaxAbsDifference:G3}, that is {difference.MaxRelativeDifference:G3} of its largest value ({tolerance:G3} is allowed).");
        }
    }

    private ShrinkVerification Result(List<OutputDifference> values, bool clear, int runs, string reference)
    {
        var worst = values.MaxBy(v => v.MaxRelativeDifference);
        double scale = worst is null || worst.MaxRelativeDifference == 0 ? 0 : worst.MaxAbsDifference / worst.MaxRelativeDifference;
        return new(worst?.MaxAbsDifference ?? 0, scale, clear, runs, cut.ComparedValues, reference);
    }
}
