namespace PruneSharp;

/// <summary>
/// A structure that divides the canonical view into units by row and column: cell (row, column) belongs to unit
/// <c>Rows[row] + Columns[column]</c> of its <see cref="UnitMap"/>.
/// </summary>
internal abstract record PartitionStructure : Structure
{
    public sealed override UnitScores Scores(WeightTensor tensor, Criterion criterion, bool zerosFirst)
    {
        criterion.Check(tensor.Name, tensor.Data.Length);
        long units = UnitCount(tensor);
        if (units > Array.MaxLength)
            throw new ArgumentException($"{tensor.Name} has {units} units of structure {this}; at most {Array.MaxLength} can be ranked. Use larger units.", nameof(tensor));
        var scores = new double[units];
        var sizes = new long[units];
        var alive = new bool[units];
        Array.Fill(scores, Start);
        UnitWalk.ForEach(tensor, Map(tensor.Layout), (first, weights, unitOf) =>
        {
            Span<double> cellScores = stackalloc double[UnitWalk.Chunk];
            if (!criterion.IgnoresValues)
                criterion.Score(tensor.Name, first, weights, cellScores[..weights.Length]);
            for (int i = 0; i < weights.Length; i++)
            {
                int unit = unitOf[i];
                scores[unit] = Add(scores[unit], cellScores[i]);
                sizes[unit]++;
                alive[unit] |= weights[i] != 0;
            }
        });
        if (criterion.IgnoresValues)
            criterion.Score(tensor.Name, 0, new double[units], scores);
        for (int unit = 0; unit < scores.Length; unit++)
        {
            if (!criterion.IgnoresValues)
                scores[unit] = Finish(scores[unit], sizes[unit]);

            // With zeros first, −∞ says that a unit is zero, and nothing else does.
            if (zerosFirst)
                scores[unit] = !alive[unit] ? double.NegativeInfinity : scores[unit] == double.NegativeInfinity ? double.MinValue : scores[unit];
        }

        return UnitScores.Of(tensor.Name, scores);
    }

    public sealed override Mask Expand(WeightTensor tensor, Mask units)
    {
        var words = new ulong[Mask.WordCount(tensor.Data.Length)];
        var keep = units.ToTensor<byte>();
        UnitWalk.ForEach(tensor.Layout, Map(tensor.Layout), (first, unitOf) =>
        {
            for (int i = 0; i < unitOf.Length; i++)
                words[(first + i) >> 6] |= (ulong)keep[unitOf[i]] << (int)(first + i);
        });
        return new(tensor.Layout.Shape, words);
    }

    /// <summary>First units of each row and offsets of each column.</summary>
    protected abstract UnitMap Map(WeightLayout layout);

    /// <summary>A unit's score before any cell.</summary>
    protected virtual double Start => 0;

    /// <summary>A unit's score with one more cell; cells come in storage order.</summary>
    protected abstract double Add(double score, double cell);

    /// <summary>A unit's score from that of all its cells.</summary>
    /// <param name="score">What adding the cells gave.</param>
    /// <param name="size">How many they are.</param>
    protected abstract double Finish(double score, long size);
}
