using TorchSharp.Modules;

namespace PruneSharp.Torch;

/// <summary>Writes how sparse a network is to TensorBoard.</summary>
public static class SparsityLogging
{
    /// <summary>
    /// Adds the scalars <c>sparsity/total</c> and <c>sparsity/LAYER</c> for each layer, fractions from 0 to 1, at the report's step. Made for
    /// the event of a pruner: <c>pruner.Updated += report =&gt; writer.add_sparsity(report);</c>
    /// </summary>
    /// <param name="writer">From <c>torch.utils.tensorboard.SummaryWriter()</c>.</param>
    /// <param name="report">What to write.</param>
    /// <exception cref="OverflowException">The step is 2^31 or more, which TorchSharp's writer cannot say.</exception>
    public static void add_sparsity(this SummaryWriter writer, SparsityReport report)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(report);
        int step = checked((int)report.Step);
        writer.add_scalar("sparsity/total", (float)report.Sparsity, step);
        foreach (var layer in report.Layers)
            writer.add_scalar($"sparsity/{layer.Name}", (float)layer.Sparsity, step);
    }
}
