using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Gradients that methods ask for themselves, or expect from the user's loop.</summary>
internal static class Gradients
{
    /// <summary>What to do where gradients are missing or 0.</summary>
    public const string Order = "Call pruner.step() after optimizer.step() and before zero_grad().";

    /// <summary>∂loss/∂w of each layer, in order; the gradients that parameters hold are neither read nor written.</summary>
    /// <param name="loss">Computes one number.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="isDifferentiable">Whether the gradients can be differentiated again.</param>
    /// <exception cref="InvalidOperationException">The loss is no single number, or does not depend on a layer.</exception>
    public static IReadOnlyList<Tensor> Of(Func<Tensor> loss, IReadOnlyList<SparseLayer> layers, bool isDifferentiable = false)
    {
        using var guard = enable_grad();
        var value = loss();
        if (value.numel() != 1)
            throw new InvalidOperationException($"The loss has shape [{string.Join(", ", value.shape)}]; it must be one number. Return its mean or sum.");
        if (layers.FirstOrDefault(l => !l.Weight.requires_grad) is { } frozen)
            throw Missing(frozen, "which does not require gradients");
        if (!value.requires_grad)
            throw Missing(layers[0], "or on any other parameter");

        // TorchSharp 0.107 does not catch what libtorch throws here, so nothing may be left to it that can be checked.
        var gradients = autograd.grad([value.sum()], [.. layers.Select(l => (Tensor)l.Weight)], retain_graph: isDifferentiable, create_graph: isDifferentiable, allow_unused: true).ToList();
        return layers.Zip(gradients).FirstOrDefault(pair => pair.Second is null || pair.Second.IsInvalid) is ({ } unused, _)
            ? throw Missing(unused, "which the plan prunes")
            : gradients;
    }

    /// <summary>Refuses a step in which no layer has a gradient.</summary>
    /// <exception cref="InvalidOperationException">None has.</exception>
    public static void Require(SparseTraining training, TrainingMethod method)
    {
        if (training.Layers.All(l => l.Gradient is null))
            throw new InvalidOperationException($"No layer has a gradient, from which {method.Name} scores weights. {Order}");
    }

    /// <summary>Refuses to rank weights that all score 0, which happens where gradients are cleared to zeros too early.</summary>
    /// <param name="training">The training.</param>
    /// <param name="method">Whose scores these are.</param>
    /// <param name="scores">Their name in each layer's state.</param>
    /// <exception cref="InvalidOperationException">They are all 0, and some weights but not all are to go.</exception>
    public static void RequireScores(SparseTraining training, TrainingMethod method, string scores)
    {
        if (training.Plan.At(training.Step).Amount is not { IsCount: false, Fraction: 0 or 1 } && training.Layers.Any(l => l.KeptCount > 0)
            && training.Layers.All(l => IsZero(l.State[scores])))
            throw new InvalidOperationException($"{method.Name} scores every weight 0, because all gradients that it saw were 0. {Order}");
    }

    /// <summary>Whether every value is 0.</summary>
    public static bool IsZero(Tensor values) => values.count_nonzero().item<long>() == 0;

    private static InvalidOperationException Missing(SparseLayer layer, string which) =>
        new($"The loss does not depend on {layer.Name}, {which}. Compute it from the model inside the function, with gradients on, and leave layers out that it does not use with the plan's targets.");
}
