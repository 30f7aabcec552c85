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

    // Noise that leaves the range of the numbers says nothing; that a masked value does not matter shows with less of it too.
    private const float GentleLeast = 0.5f, GentleMost = 1.5f;

    private readonly string _name = Path.GetFileName(model);
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
    private readonly HashSet<string> _unjudged = new(StringComparer.Ordinal);

    /// <summary>Compares the shrunk model with the masked one: several inputs, and where the model allows it two batch sizes and another size of pictures or sequences.</summary>
    /// <exception cref="ShrinkMismatchException">They differ, or what is masked can be seen in the outputs.</exception>
    /// <exception cref="InvalidModelException">The model does not run on generated inputs.</exception>
    public ShrinkVerification Masked() => Check(() => cut.Masked(), "the masked model", masks: true);

    /// <summary>Compares the shrunk model with the dense one, for cuts that must not change anything.</summary>
    /// <exception cref="ShrinkMismatchException">They differ.</exception>
    /// <exception cref="InvalidModelException">The model does not run on generated inputs.</exception>
    public ShrinkVerification Lossless() => Check(cut.Dense, "the model", masks: false);

    private ShrinkVerification Check(Func<byte[]> reference, string called, bool masks)
    {
        using var dense = new ComparedModel(cut.Dense, _name, _folder);
        using var expected = new ComparedModel(reference, $"{_name} with masks", _folder);
        using var shrunk = new ComparedModel(cut.Shrunk, $"{_name}, shrunk", _folder);
        ScaledDifference? worst = null;
        bool clear = !masks, optimized = true;
        int runs = 0;
        foreach (var inputs in Inputs(dense))
        {
            if (runs == 0)
                Load(shrunk);
            var (found, level) = Compare(inputs, dense, expected, shrunk, $"The shrunk model differs from {called}");
            if (worst is null || found?.Relative > worst.Relative)
                worst = found;
            optimized &= level;
            if (runs++ > 0 || !masks)
                continue;
            clear = Differences(inputs, dense, dense, expected, optimized: true).Any(d => d.Relative > Clear);
            Noise(inputs, dense, expected);
        }

        return new(worst?.Difference ?? 0, worst?.Scale ?? 0, clear && worst is not null, runs, optimized, [.. cut.ComparedValues.Except(_unjudged)], [.. _unjudged.Order(StringComparer.Ordinal)], called);
    }

    private void Noise(NamedTensors inputs, ComparedModel dense, ComparedModel expected)
    {
        foreach (var noise in new[] { new MaskNoise(options.Seed), new MaskNoise(options.Seed, GentleLeast, GentleMost) })
        {
            using var noisy = new ComparedModel(() => cut.Masked(noise), $"{_name} with noise behind masks", _folder);
            bool last = noise.Most == GentleMost;
            if (!last && Differences(inputs, dense, expected, noisy, optimized: true).Any(d => !double.IsFinite(d.Difference)))
                continue;
            Compare(inputs, dense, expected, noisy, "What is masked can be seen");
            return;
        }
    }

    // The largest difference that counts, and whether graph optimisation was on.
    private (ScaledDifference? Worst, bool Optimized) Compare(NamedTensors inputs, ComparedModel dense, ComparedModel expected, ComparedModel found, string problem)
    {
        foreach (bool optimized in new[] { true, false })
        {
            var differences = Differences(inputs, dense, expected, found, optimized);
            var worst = differences.Where(d => !_unjudged.Contains(d.Name)).MaxBy(d => d.Relative);
            if (worst is null || worst.Relative <= options.Tolerance)
                return (worst, optimized);
            if (optimized)
                continue;

            // Behind comparisons of values the last bit decides. Where the reference itself is another with and without optimisation,
            // equality says nothing; what goes into the comparisons is compared too.
            _unjudged.UnionWith(Unsteady(inputs, expected, [.. differences.Where(d => d.Relative > options.Tolerance && cut.LooseValues.Contains(d.Name)).Select(d => d.Name)]));
            worst = differences.Where(d => !_unjudged.Contains(d.Name)).MaxBy(d => d.Relative);
            if (worst is null || worst.Relative <= options.Tolerance)
                return (worst, optimized);
            throw new ShrinkMismatchException($"{problem}, and nothing was written: {worst.Name} by {worst.Difference:G3}, that is {worst.Relative:G3} of its largest value ({options.Tolerance:G3} is allowed).");
        }

        throw new InvalidOperationException("Both levels were tried.");
    }

    private IEnumerable<string> Unsteady(NamedTensors inputs, ComparedModel expected, string[] names)
    {
        if (names.Length == 0)
            return [];
        IReadOnlyList<double[]?> with = expected.Run(inputs, names, optimized: true), without = expected.Run(inputs, names, optimized: false);
        return names.Where((name, i) => ScaledDifference.Of(name, without[i]!, with[i]!, without[i]!, 0).Relative > options.Tolerance);
    }

    private List<ScaledDifference> Differences(NamedTensors inputs, ComparedModel dense, ComparedModel expected, ComparedModel found, bool optimized)
    {
        string[] names = [.. cut.ComparedValues];
        IReadOnlyList<double[]?> whole = dense.Run(inputs, names, optimized), a = expected == dense ? whole : expected.Run(inputs, names, optimized), b = found.Run(inputs, names, optimized);
        var differences = new List<ScaledDifference>();
        for (int i = 0; i < names.Length; i++)
            if (a[i] is { } first && b[i] is { } second && whole[i] is { } scale && first.Any(double.IsFinite))
                differences.Add(ScaledDifference.Of(names[i], first, second, scale, cut.Probabilities.Contains(names[i]) ? 1 : 0));
        return differences;
    }

    private IEnumerable<NamedTensors> Inputs(ComparedModel dense)
    {
        var session = dense.Session(optimized: true);
        var usual = GeneratedInputs.FindDims(session, _name, options.Dims);
        (InputDims Dims, int Runs)[] all =
        [
            (usual, options.Runs),
            (usual with { BatchSize = usual.BatchSize + 1 }, options.Runs),
            (usual with { ImageSize = usual.ImageSize + 160, SequenceLength = usual.SequenceLength + 35 }, 1),
        ];
        foreach (var (dims, runs) in all)
        {
            if (dims != usual && !session.InputMetadata.Any(i => !usual.Shape(i.Key, i.Value).SequenceEqual(dims.Shape(i.Key, i.Value))))
                continue;
            for (int run = 0; run < runs; run++)
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
