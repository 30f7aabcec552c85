using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// SynFlow: prunes before the first step without any data. With |w| in place of every parameter, evaluation mode and an input of ones,
/// R = Σ outputs and score = |w| · ∂R/∂|w|, round after round: round k of n keeps density ρ^(k/n), so that what a round leaves is
/// scored again. Scores are conserved from layer to layer, which keeps layers from being emptied. Tanaka, Kunin, Yamins and Ganguli 2020,
/// arXiv:2006.05467, algorithm 1. The masks do not change afterwards.
/// <para>
/// The model computes in float64 meanwhile, because R overflows float32 in deep networks; its parameters, their bits, buffers and modes are
/// restored, also after an exception. Use <see cref="Allocation.Global"/> without limits.
/// </para>
/// </summary>
public sealed record SynFlow : TrainingMethod
{
    /// <inheritdoc/>
    public override string Name => "synflow";

    /// <summary>Shape of the input, batch included: <c>[1, 3, 32, 32]</c>.</summary>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>
    /// n, the rounds in which pruning goes on; default 100, as in the paper. 1 prunes all at once and may empty layers. N:M, which has no amounts
    /// in between, takes one round.
    /// </summary>
    public int Rounds { get; init; } = 100;

    /// <summary>Runs the model; null: calls it with the one tensor.</summary>
    public Func<Tensor, Tensor>? Forward { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems(Plan plan)
    {
        foreach (string problem in base.Problems(plan).Concat(AtStart.Problems(plan, Name)))
            yield return problem;
        if (plan.Schedule is null && plan.Structure.FixedSparsity is null && plan.Amount is not { IsCount: false })
            yield return $"{Name} prunes in rounds of growing fractions; give an amount like 0.8 rather than {(plan.Amount is { } count ? $"the count {count}" : "none")}.";
        if (Rounds < 1)
            yield return $"rounds is {Rounds}; it is at least 1.";
        if (InputShape.Count == 0 || InputShape.Any(d => d < 1))
            yield return $"inputShape is [{string.Join(", ", InputShape)}]; every dimension is at least 1, the batch's included, like [1, 3, 32, 32].";
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model cannot compute from one float64 tensor, or without a layer of the plan.</exception>
    protected internal override void Begin(SparseTraining training)
    {
        using var linearized = new LinearizedModel(training.Model);
        int rounds = training.Plan.Structure.FixedSparsity is null ? Rounds : 1;
        double density = 1 - (training.Plan.Amount?.Fraction ?? 0);
        for (int round = 1; round <= rounds; round++)
        {
            using var scope = NewDisposeScope();
            var scores = Scores(training.Model, training.Layers);
            var plan = round == rounds ? training.Plan : training.Plan with { Amount = 1 - Math.Pow(density, (double)round / rounds) };
            training.Prune(plan, layer => scores[layer.Index]);
            foreach (var layer in training.Layers)
                layer.Weight.mul_(layer.Mask);
        }
    }

    /// <summary>|w| · ∂R/∂|w| of each layer of a linearised model.</summary>
    internal IReadOnlyList<Tensor> Scores(nn.Module model, IReadOnlyList<SparseLayer> layers) =>
        [.. layers.Zip(Gradients.Of(() => Flow(model, layers), layers), (layer, gradient) => layer.Weight.detach() * gradient)];

    private Tensor Flow(nn.Module model, IReadOnlyList<SparseLayer> layers)
    {
        var forward = Forward ?? (model is nn.Module<Tensor, Tensor> module ? module.call : throw new InvalidOperationException($"{model.GetType().Name} does not compute a tensor from a tensor. Set {nameof(Forward)} to what runs it."));
        try
        {
            return forward(ones([.. InputShape], float64, layers[0].Weight.device)).sum();
        }
        catch (ExternalException error)
        {
            throw new InvalidOperationException($"The model failed on ones of shape [{string.Join(", ", InputShape)}] in float64: {error.Message.Split('\n')[0]} Check {nameof(InputShape)}; modules that keep their parameters in native code, like LSTM, cannot be scored by {Name}.", error);
        }
    }
}
