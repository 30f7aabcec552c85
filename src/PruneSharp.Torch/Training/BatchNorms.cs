using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Batch normalization after pruning.</summary>
public static class BatchNorms
{
    /// <summary>
    /// Measures the running means and variances of all batch normalizations anew: pruned weights give other activations than those that the
    /// statistics were collected from. Each becomes the mean over the batches, which count alike (as <c>momentum=None</c> in PyTorch). Weights
    /// stay as they are.
    /// </summary>
    /// <param name="model">
    /// Its batch normalizations run in training mode and everything else, such as dropout, in evaluation mode; afterwards all modes are as before.
    /// </param>
    /// <param name="batches">Inputs of a size that is usual in training; they stay the caller's. A few hundred samples do.</param>
    /// <exception cref="ArgumentException">The model has no batch normalization with running statistics, or there is no batch.</exception>
    /// <exception cref="ArithmeticException">A statistic is NaN or infinite. After any error the statistics are as before.</exception>
    public static void reestimate(nn.Module<Tensor, Tensor> model, IEnumerable<Tensor> batches) => reestimate(model, batches, batch => model.call(batch));

    /// <summary>The same for models with other inputs than one tensor.</summary>
    /// <inheritdoc cref="reestimate(nn.Module{Tensor, Tensor}, IEnumerable{Tensor})"/>
    /// <param name="model">The model.</param>
    /// <param name="batches">Whatever <paramref name="call"/> takes.</param>
    /// <param name="call">Runs the model on one batch. Tensors made in it are disposed of.</param>
    public static void reestimate<T>(nn.Module model, IEnumerable<T> batches, Action<T> call)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(call);
        using var guard = no_grad();
        using var modes = new TrainingModes(model);
        using var all = NewDisposeScope();
        var statistics = Functions.Modules(model).Where(m => m.Module is BatchNorm { running_mean.IsInvalid: false, running_var.IsInvalid: false })
            .Select(m => new BatchNormStatistics(m.Name, (BatchNorm)m.Module)).ToList();
        if (statistics.Count == 0)
            throw new ArgumentException($"{model.GetType().Name} has no batch normalization with running statistics, so there is nothing to measure.", nameof(model));
        try
        {
            model.eval();
            statistics.ForEach(s => s.Begin());
            bool isEmpty = true;
            foreach (var batch in batches)
            {
                using var scope = NewDisposeScope();
                call(batch);
                isEmpty = false;
            }

            if (isEmpty)
                throw new ArgumentException("There is no batch to measure with; give some inputs of the training data.", nameof(batches));
            statistics.ForEach(s => s.Check());
            statistics.ForEach(s => s.Commit());
        }
        finally
        {
            statistics.ForEach(s => s.End());
        }
    }
}
