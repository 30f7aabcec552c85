using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Helps to choose amounts: prunes one layer at a time at several amounts, measures in ONNX Runtime how far the outputs move, and suggests an
/// amount for each layer that keeps the measured change of all together under a budget.
/// </summary>
public static class SensitivityScan
{
    private const int SearchSteps = 10;

    /// <summary>Scans a model.</summary>
    /// <param name="path">Path of an ONNX model.</param>
    /// <param name="options">How; default <see cref="ScanOptions"/>.</param>
    /// <exception cref="InvalidModelException">The model or the data is damaged, or does not run.</exception>
    /// <exception cref="InvalidPlanException">A pattern of the targets matches nothing.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The targets select nothing that can be varied.</exception>
    /// <exception cref="OperationCanceledException"><see cref="ScanOptions.Cancellation"/> asked to stop.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static ScanReport Run(string path, ScanOptions? options = null)
    {
        options ??= new();
        Check(options);
        using var model = OnnxModel.Open(path);
        var plan = new Plan { Criterion = options.Criterion, Allocation = Allocation.Local, Amount = 0.5, Targets = options.Targets };
        var targets = TargetSelection.Of(plan, ModelWeights.Of(model));
        ModelWeight[] weights = [.. targets.Selected.Where(w => WeightInputs.CanBeInput(model, w))];
        SkippedTensor[] skipped = [.. targets.Skipped, .. targets.Selected.Except(weights).Select(w => new SkippedTensor(w.Name, "in a sub-graph or function, where it cannot be varied"))];
        if (weights.Length == 0)
            throw new InvalidOperationException($"{model.Name} has nothing to scan: no weight of the main graph is selected.");

        using var runner = new VariantRunner(model, weights, options);
        var curves = weights.Select((w, i) => Curve(runner, w, i, weights.Length, options)).ToList();
        var (amounts, total) = Suggest(runner, weights, curves, options);
        LayerSensitivity[] layers = [.. weights.Select((w, i) => new LayerSensitivity(w.Name, w.Op, w.Shape, w.Weights.Data.Length, curves[i][..^1], curves[i][^1].Change, amounts[i]))];
        return new()
        {
            Model = path,
            Metric = runner.Metric == ChangeMetric.Kl ? "kl" : "relative",
            Samples = runner.SampleCount,
            Data = options.Data is null ? $"generated, seed {options.Seed}" : Path.GetFileName(options.Data),
            Budget = options.Budget,
            TotalChange = total,
            Control = runner.Change(Masks(weights, [.. weights.Select(_ => 1.0)], options)),
            SuggestedSparsity = layers.Sum(l => l.Suggested * l.Parameters) / layers.Sum(l => l.Parameters),
            Layers = layers,
            Skipped = skipped,
            Plan = new()
            {
                Criterion = options.Criterion,
                Allocation = Allocation.PerLayer(layers.Where(l => l.Suggested > 0).ToDictionary(l => l.Name, l => (Amount)l.Suggested)),
            },
        };
    }

    // The change at each amount, and last with everything zeroed.
    private static AmountChange[] Curve(VariantRunner runner, ModelWeight weight, int index, int count, ScanOptions options)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        options.Progress?.Report($"scanning {weight.Name} ({index + 1} of {count})");
        return [.. options.Amounts.Append(1).Select(a => new AmountChange(a, runner.Change(Masks([weight], [a], options))))];
    }

    // One allowed change per layer for all layers: the largest, by bisection, whose amounts together stay inside the budget.
    private static (double[] Amounts, double Change) Suggest(
        VariantRunner runner, ModelWeight[] weights, List<AmountChange[]> curves, ScanOptions options)
    {
        double low = 0, high = options.Budget;
        var best = new double[weights.Length];
        double bestChange = 0;
        for (int step = 0; step < SearchSteps; step++)
        {
            double allowed = step == 0 ? high : (low + high) / 2;
            options.Cancellation.ThrowIfCancellationRequested();
            options.Progress?.Report($"checking all layers together ({step + 1} of {SearchSteps})");
            double[] amounts = [.. curves.Select(c => AmountAt(c, allowed))];
            double change = runner.Change(Masks(weights, amounts, options));
            if (change <= options.Budget)
            {
                (low, best, bestChange) = (allowed, amounts, change);
                if (step == 0)
                    break;
            }
            else
            {
                high = allowed;
            }
        }

        return (best, bestChange);
    }

    /// <summary>The largest amount whose change stays within <paramref name="allowed"/>, on straight lines between measured points; rounded down to 1/1000.</summary>
    internal static double AmountAt(IReadOnlyList<AmountChange> curve, double allowed)
    {
        double amount = 0, change = 0;
        foreach (var point in curve.Take(curve.Count - 1))
        {
            if (point.Change > allowed)
            {
                amount += (point.Amount - amount) * Math.Clamp((allowed - change) / (point.Change - change), 0, 1);
                break;
            }

            (amount, change) = (point.Amount, point.Change);
        }

        return Math.Floor(amount * 1000) / 1000;
    }

    private static List<(ModelWeight, Mask)> Masks(IReadOnlyList<ModelWeight> weights, IReadOnlyList<double> amounts, ScanOptions options) =>
    [
        .. weights.Select((w, i) => (w, Structure.Unstructured.Prune(w.Weights, options.Criterion, Selection.Count(amounts[i], w.Weights.Data.Length), zerosFirst: true))),
    ];

    private static void Check(ScanOptions options)
    {
        if (options.Samples < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Samples, "Use at least one sample.");
        if (!(options.Budget > 0))
            throw new ArgumentOutOfRangeException(nameof(options), options.Budget, "The budget is a change greater than 0, like 0.05.");
        if (options.Amounts.Count == 0 || options.Amounts.Any(a => a is not (> 0 and < 1)) || !options.Amounts.SequenceEqual(options.Amounts.Order()))
            throw new ArgumentException("The amounts to try are fractions between 0 and 1 in ascending order.", nameof(options));
    }
}
