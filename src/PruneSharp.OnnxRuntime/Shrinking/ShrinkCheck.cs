using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Compares a shrunk model in ONNX Runtime with the masked one on generated inputs. Graph optimisation adds in another order for other
/// channel counts; where that alone moves outputs further than the tolerance, both are compared without it.
/// </summary>
internal sealed class ShrinkCheck(ShrinkCut cut, string model, VerifyOptions options, CancellationToken cancellation)
{
    // Masked and dense must differ by this much of the output's scale for their comparison to say something.
    private const double Clear = 1e-4;

    private readonly string _name = Path.GetFileName(model);
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(model))!;

    /// <summary>Compares the shrunk model with the masked one: several inputs, and where the model allows it two batch sizes.</summary>
    /// <exception cref="ShrinkMismatchException">They differ, or what is masked can be seen in the outputs.</exception>
    /// <exception cref="InvalidModelException">The model does not run on generated inputs.</exception>
    public ShrinkVerification Masked() => Check(cut.Masked(), "the masked model", masks: true);

    /// <summary>Compares the shrunk model with the dense one, for cuts that must not change anything.</summary>
    /// <exception cref="ShrinkMismatchException">They differ.</exception>
    /// <exception cref="InvalidModelException">The model does not run on generated inputs.</exception>
    public ShrinkVerification Lossless() => Check(cut.Dense(), "the model", masks: false);

    private ShrinkVerification Check(byte[] reference, string called, bool masks)
    {
        using var dense = new ComparedModel(cut.Dense(), _name, _folder);
        using var expected = new ComparedModel(reference, $"{_name} with masks", _folder);
        using var shrunk = new ComparedModel(cut.Shrunk(), $"{_name}, shrunk", _folder);
        using var noisy = new ComparedModel(masks ? cut.Masked(options.Seed) : [], $"{_name} with noise behind masks", _folder);
        Load(shrunk);
        ScaledDifference? worst = null;
        bool clear = !masks, optimized = true;
        int runs = 0;
        foreach (var inputs in Inputs(dense))
        {
            var (found, level) = Compare(inputs, dense, expected, shrunk, $"The shrunk model differs from {called}");
            if (worst is null || found?.Relative > worst.Relative)
                worst = found;
            optimized &= level;
            if (runs++ > 0 || !masks)
                continue;
            clear = Differences(inputs, dense, dense, expected, optimized: true).Any(d => d.Relative > Clear);
            Compare(inputs, dense, expected, noisy, "What is masked can be seen");
        }

        return new(worst?.Difference ?? 0, worst?.Scale ?? 0, clear && worst is not null, runs, optimized, cut.ComparedValues, called);
    }

    // The largest difference that counts, and whether graph optimisation was on.
    private (ScaledDifference? Worst, bool Optimized) Compare(NamedTensors inputs, ComparedModel dense, ComparedModel expected, ComparedModel found, string problem)
    {
        foreach (bool optimized in new[] { true, false })
        {
            // Behind comparisons of values the last bit decides; what goes into them is compared too.
            var strict = Differences(inputs, dense, expected, found, optimized).Where(d => !cut.LooseValues.Contains(d.Name)).ToList();
            var worst = strict.MaxBy(d => d.Relative);
            if (worst is null || worst.Relative <= options.Tolerance)
                return (worst, optimized);
            if (!optimized)
                throw new ShrinkMismatchException($"{problem}, and nothing was written: {worst.Name} by {worst.Difference:G3}, that is {worst.Relative:G3} of its largest value ({options.Tolerance:G3} is allowed).");
        }

        throw new InvalidOperationException("Both levels were tried.");
    }

    private List<ScaledDifference> Differences(NamedTensors inputs, ComparedModel dense, ComparedModel expected, ComparedModel found, bool optimized)
    {
        string[] names = [.. cut.ComparedValues];
        IReadOnlyList<double[]?> whole = dense.Run(inputs, names, optimized), a = expected == dense ? whole : expected.Run(inputs, names, optimized), b = found.Run(inputs, names, optimized);
        var differences = new List<ScaledDifference>();
        for (int i = 0; i < names.Length; i++)
            if (a[i] is { } first && b[i] is { } second && whole[i] is { } scale)
                differences.Add(ScaledDifference.Of(names[i], first, second, scale, cut.Probabilities.Contains(names[i]) ? 1 : 0));
        return differences;
    }

    private IEnumerable<NamedTensors> Inputs(ComparedModel dense)
    {
        var session = dense.Session(optimized: true);
        var usual = GeneratedInputs.FindDims(session, _name, options.Dims);
        var other = usual with { BatchSize = usual.BatchSize + 1 };
        bool varies = session.InputMetadata.Any(i => !usual.Shape(i.Key, i.Value).SequenceEqual(other.Shape(i.Key, i.Value)));
        foreach (var dims in varies ? new[] { usual, other } : [usual])
        {
            for (int run = 0; run < options.Runs; run++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inputs = GeneratedInputs.Create(session, _name, dims, options.Range, options.Seed + (ulong)run);
                if (dims != usual && !Runs(dense, inputs))
                    break; // declared dynamic, but made for one size
                yield return inputs;
            }
        }
    }

    private bool Runs(ComparedModel dense, NamedTensors inputs)
    {
        try
        {
            dense.Run(inputs, [.. cut.ComparedValues], optimized: true);
            return true;
        }
        catch (InvalidModelException)
        {
            return false;
        }
    }

    private static void Load(ComparedModel shrunk)
    {
        try
        {
            shrunk.Session(optimized: true);
        }
        catch (InvalidModelException error)
        {
            throw new ShrinkMismatchException($"ONNX Runtime refuses the shrunk model, and nothing was written: {error.Message}");
        }
    }
}
