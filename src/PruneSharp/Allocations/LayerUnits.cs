namespace PruneSharp;

/// <summary>One layer as an allocation sees it.</summary>
public sealed class LayerUnits
{
    private readonly Structure _structure;
    private readonly Criterion _criterion;
    private readonly bool _zerosFirst;
    private UnitScores? _scores;
    private long? _zeroUnitCount;

    /// <summary>Looks at a tensor through a structure and a criterion.</summary>
    /// <param name="tensor">The weights.</param>
    /// <param name="structure">What its units are.</param>
    /// <param name="criterion">How they are scored.</param>
    /// <param name="zerosFirst">Rank units that are all zero below every other one.</param>
    /// <exception cref="ArgumentException">The structure does not fit the tensor.</exception>
    public LayerUnits(WeightTensor tensor, Structure structure, Criterion criterion, bool zerosFirst = false)
    {
        Tensor = tensor;
        UnitCount = structure.UnitCount(tensor);
        _structure = structure;
        _criterion = criterion;
        _zerosFirst = zerosFirst;
    }

    /// <summary>The weights.</summary>
    public WeightTensor Tensor { get; }

    /// <summary>Number of units.</summary>
    public long UnitCount { get; }

    /// <summary>The units' scores, computed when first asked for.</summary>
    public UnitScores Scores => _scores ??= _structure.Scores(Tensor, _criterion, _zerosFirst);

    /// <summary>Units that are all zero already and go first; 0 where zeros are ranked like other weights.</summary>
    public long ZeroUnitCount => _zeroUnitCount ??= !_zerosFirst ? 0
        : _structure == Structure.Unstructured ? ZeroCount.Of(Tensor.Data)
        : CountLowest();

    private long CountLowest()
    {
        var scores = new double[Scores.Length];
        Scores.CopyTo(0, scores);
        return scores.LongCount(double.IsNegativeInfinity);
    }
}
