namespace PruneSharp;

/// <summary>What goes together: the units that are ranked and pruned as one. Write your own by deriving.</summary>
public abstract record Structure
{
    /// <summary>Every weight on its own.</summary>
    public static Structure Unstructured { get; } = new UnstructuredStructure();

    /// <summary>In every <paramref name="m"/> consecutive input channels, at each kernel position of each output, keep <paramref name="n"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ n ≤ m with m ≥ 1.</exception>
    public static Structure NOfM(int n, int m) => new NOfMStructure(n, m);

    /// <summary>Blocks of consecutive outputs × consecutive flattened inputs; a block's score is the mean over its cells.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    public static Structure Block(int rows, int columns) => new BlockStructure(rows, columns);

    /// <summary>Whole slices along one axis of the canonical view [out, in, kernel …], by the Ln norm of their scores.</summary>
    /// <param name="axis">0 = output channels (filters), 1 = input channels, 2 … = kernel axes; negative counts from the end.</param>
    /// <param name="norm">n of the norm (Σ sⁿ)^(1/n): any number, 0 (how many scores are not 0), or ±∞ (largest, smallest).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="norm"/> is NaN.</exception>
    public static Structure Channel(int axis = 0, double norm = 1) => new ChannelStructure(axis, norm);

    /// <summary>
    /// Fraction of the weights that the structure itself fixes, or null where an amount is needed. A fixed structure takes no allocation.
    /// </summary>
    public virtual double? FixedSparsity => null;

    /// <summary>Number of units in a tensor.</summary>
    /// <exception cref="ArgumentException">The structure does not fit the tensor.</exception>
    public abstract long UnitCount(WeightTensor tensor);

    /// <summary>The scores of a tensor's units.</summary>
    /// <param name="tensor">The weights.</param>
    /// <param name="criterion">Scores single weights.</param>
    /// <param name="zerosFirst">Rank units that are all zero below every other one, whatever the criterion says.</param>
    public abstract UnitScores Scores(WeightTensor tensor, Criterion criterion, bool zerosFirst);

    /// <summary>The mask over weights, in storage order, of a decision over units.</summary>
    /// <param name="tensor">The weights.</param>
    /// <param name="units">1 = the unit stays; as many bits as <see cref="UnitCount"/>.</param>
    public abstract Mask Expand(WeightTensor tensor, Mask units);

    /// <summary>Prunes the <paramref name="count"/> lowest-scored units of one tensor.</summary>
    /// <param name="tensor">The weights.</param>
    /// <param name="criterion">Scores single weights.</param>
    /// <param name="count">Units to prune; ignored where <see cref="FixedSparsity"/> is given.</param>
    /// <param name="zerosFirst">Rank units that are all zero below every other one.</param>
    /// <param name="threads">Threads to use; 0 = one a processor.</param>
    /// <returns>A mask of the tensor's storage shape.</returns>
    public virtual Mask Prune(WeightTensor tensor, Criterion criterion, long count, bool zerosFirst = false, int threads = 0) =>
        Expand(tensor, Selection.Lowest(Scores(tensor, criterion, zerosFirst), count, threads));
}
