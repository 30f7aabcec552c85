using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Lets the kept weights of each layer share a few values and trains those (trained quantization: Han, Mao and Dally 2016, arXiv:1510.00149,
/// section 3): a packed file with <see cref="ValueEncoding.Codebook"/> of as many bits then holds exactly the network that was trained. The
/// values begin as the codebook that packing would choose; which weights share one stays as it is. Zeros stay zero.
/// <para>
/// For the last epochs, when masks change no more: create it after the schedule's last step or <see cref="Pruner.finish"/>, and call
/// <see cref="step"/> after every step of optimizer and pruner. Nothing of it belongs into a checkpoint: made anew from a network that shares values,
/// it finds the same groups. Not for several threads at once.
/// </para>
/// </summary>
public sealed class WeightSharing : IDisposable
{
    private readonly IReadOnlyList<SharedWeight> _weights;
    private bool _isDisposed;

    /// <summary>Groups the weights, and gives each its group's value.</summary>
    /// <param name="model">The model, pruned or not; no weight of it may be pruned by <see cref="prune"/> at the time.</param>
    /// <param name="bits">2 to 8: each weight tensor is left with at most 2^bits values beside 0.</param>
    /// <param name="targets">Which weights; default those that plans prune by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bits"/> is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The model lacks a weight that is named, has none, or one is NaN or infinite or pruned by <see cref="prune"/>. The model is unchanged.
    /// </exception>
    public WeightSharing(nn.Module model, int bits, Targets? targets = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (bits is < 2 or > 8)
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "Shared values have 2 to 8 bits.");
        var layers = SparseLayers.Of(model, targets ?? new(), null);
        var weights = new List<SharedWeight>();
        try
        {
            foreach (var layer in layers)
                weights.Add(SharedWeight.Of(layer, bits));
        }
        catch
        {
            weights.ForEach(w => w.Dispose());
            throw;
        }
        finally
        {
            foreach (var layer in layers)
                layer.Dispose();
        }

        _weights = weights;
        step();
    }

    /// <summary>To be called after every step of the optimizer: the weights of a group all become their mean.</summary>
    /// <exception cref="NonFiniteTrainingException">A weight is NaN or infinite. The weight that it names is as the optimizer left it.</exception>
    /// <exception cref="InvalidOperationException">The model was moved to another type or device, or disposed of.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public void step()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var guard = no_grad();
        foreach (var weight in _weights)
            weight.Share();
    }

    /// <summary>Frees the groups; the model stays as it is.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var weight in _weights)
            weight.Dispose();
    }
}
