using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Which weights belong to each unit of a structure. Structures only say which weights a decision over units keeps, so the unit of every
/// weight is read off bit by bit: the mask of all units whose number has bit b gives bit b of each weight's unit.
/// </summary>
internal sealed class UnitMembers : IDisposable
{
    private readonly long[] _shape;
    private readonly Tensor _indices; // [units, largest unit], flat indices of weights; the count of weights where a unit is smaller
    private readonly bool _isInOrder; // units of equal size one after the other, like filters: nothing to gather

    private UnitMembers(long[] shape, Tensor indices, Tensor sizes, bool isInOrder) =>
        (_shape, _indices, Sizes, _isInOrder) = (shape, indices, sizes, isInOrder);

    /// <summary>Weights of each unit, [units], float64.</summary>
    public Tensor Sizes { get; }

    /// <summary>The members of a layer's units.</summary>
    /// <exception cref="ArgumentException">The structure does not fit the layer.</exception>
    public static UnitMembers Of(SparseLayer layer, Structure structure)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var ranked = RankedTensor.Of(layer.Weight, layer.Name, layer.Layout);
        int[] unitOf = Units(ranked.Weights, structure, out int units);
        var sizes = new long[units];
        foreach (int unit in unitOf)
            sizes[unit]++;
        long largest = sizes.DefaultIfEmpty().Max();
        var indices = new long[units * largest];
        Array.Fill(indices, unitOf.Length);
        var filled = new long[units];
        for (int i = 0; i < unitOf.Length; i++)
            indices[unitOf[i] * largest + filled[unitOf[i]]++] = i;
        return new(
            layer.Weight.shape,
            tensor(indices, [units, largest], device: layer.Weight.device).DetachFromDisposeScope(),
            tensor(sizes, device: layer.Weight.device).to(float64).DetachFromDisposeScope(),
            indices.LongLength == unitOf.LongLength && !indices.Where((weight, place) => weight != place).Any());
    }

    /// <summary>‖w_g‖₂ of every unit g, [units], float64; the caller's dispose scope frees it.</summary>
    public Tensor Norms(Tensor weights)
    {
        var squares = weights.detach().reshape(-1).to(float64).square();
        if (!_isInOrder)
            squares = cat([squares, zeros(1, float64, squares.device)]).index_select(0, _indices.reshape(-1));
        return squares.reshape(_indices.shape).sum(1).sqrt();
    }

    /// <summary>Each unit's value at all its members, in the weights' shape; the caller's dispose scope frees it.</summary>
    public Tensor Spread(Tensor values)
    {
        var members = values.unsqueeze(1).expand(_indices.shape);
        if (_isInOrder)
            return members.reshape(_shape);
        long count = _shape.Aggregate(1L, (product, size) => product * size);
        var spread = empty(count + 1, values.dtype, values.device);
        return spread.scatter_(0, _indices.reshape(-1), members.reshape(-1)).narrow(0, 0, count).reshape(_shape);
    }

    public void Dispose()
    {
        _indices.Dispose();
        Sizes.Dispose();
    }

    private static int[] Units(WeightTensor weights, Structure structure, out int units)
    {
        units = checked((int)structure.UnitCount(weights));
        var unitOf = new int[weights.Data.Length];
        var decision = new bool[units];
        for (int bit = 0; 1L << bit < units; bit++)
        {
            for (int unit = 0; unit < units; unit++)
                decision[unit] = (unit >> bit & 1) != 0;
            var mask = structure.Expand(weights, Mask.FromBooleans(decision, units));
            for (int i = 0; i < unitOf.Length; i++)
                unitOf[i] |= mask[i] ? 1 << bit : 0;
        }

        return unitOf;
    }
}
