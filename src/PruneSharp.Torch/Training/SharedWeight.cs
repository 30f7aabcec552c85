using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>One weight whose values other than 0 are shared.</summary>
internal sealed class SharedWeight : IDisposable
{
    private readonly string _name;
    private readonly Parameter _weight;
    private readonly Tensor _positions, _groups, _firsts, _sizes;

    private SharedWeight(SparseLayer layer, long[] positions, int[] groups, int count)
    {
        (_name, _weight) = (layer.Name, layer.Weight);
        using var scope = NewDisposeScope();
        var device = _weight.device;
        _positions = tensor(positions, int64).to(device).DetachFromDisposeScope();
        _groups = tensor(groups, int64).to(device).DetachFromDisposeScope();
        _firsts = tensor([.. Enumerable.Range(0, count).Select(group => (long)Math.Max(0, Array.IndexOf(groups, group)))], int64).to(device).DetachFromDisposeScope();
        _sizes = _groups.bincount(null, count).to(float64).DetachFromDisposeScope();
    }

    /// <summary>The groups of a weight: those of the codebook that packing would choose.</summary>
    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public static SharedWeight Of(SparseLayer layer, int bits)
    {
        using var values = RankedTensor.Of(layer.Weight, layer.Name, layer.Layout);
        var data = values.Weights.Data;
        var codebook = ValueChoice.Of(data, ValueEncoding.Codebook(bits)).Codebook
            ?? throw new ArgumentException($"{layer.Name} holds NaN or infinity, which no shared value can stand for.");
        var (positions, groups, first) = (new List<long>(), new List<int>(), 0L);
        foreach (var chunk in SparseChunk.All(data, keepNegativeZeros: false))
        {
            foreach (int position in chunk.Positions)
                positions.Add(first + position);
            groups.AddRange(codebook.Codes(chunk.Values).Select(code => (int)code));
            first += chunk.Length;
        }

        return new(layer, [.. positions], [.. groups], codebook.Count);
    }

    /// <summary>Gives each value the mean of its group, exactly its own where they are equal: in float64, from the group's first value.</summary>
    public void Share()
    {
        if (_weight.IsInvalid)
            throw new InvalidOperationException($"{_name} is no tensor any more: the model was disposed of, or moved to another type or device, which gives it other parameters. Move it first, then share its weights.");
        using var scope = NewDisposeScope();
        var values = _weight.detach().reshape(-1).index_select(0, _positions).to(float64);
        var firsts = values.index_select(0, _firsts);
        var means = zeros_like(_sizes).index_add_(0, _groups, values - firsts.index_select(0, _groups), 1).div_(_sizes.clamp(1)).add_(firsts).to(_weight.dtype);
        if (!means.isfinite().all().item<bool>())
            throw new NonFiniteTrainingException(_name, $"{_name} holds NaN or infinity");
        var shared = zeros(_weight.numel(), _weight.dtype, _weight.device).index_copy_(0, _positions, means.index_select(0, _groups));
        _weight.copy_(shared.view(_weight.shape));
    }

    public void Dispose()
    {
        _positions.Dispose();
        _groups.Dispose();
        _firsts.Dispose();
        _sizes.Dispose();
    }
}
