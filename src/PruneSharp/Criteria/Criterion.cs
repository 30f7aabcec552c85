namespace PruneSharp;

/// <summary>
/// Gives every weight a score, its importance: the lowest scores are pruned. Write your own by deriving; implementations must be
/// deterministic and safe to call from several threads.
/// </summary>
public abstract record Criterion
{
    /// <summary>Score |w| (Han et al. 2015, arXiv:1506.02626).</summary>
    public static Criterion L1 { get; } = new L1Criterion();

    /// <summary>Score w². Ranks single weights as <see cref="L1"/> does, and sums over blocks and channels differently.</summary>
    public static Criterion L2 { get; } = new L2Criterion();

    /// <summary>Uniform scores in [0, 1) that depend on the seed, the tensor's name and the flat index only.</summary>
    public static Criterion Random(ulong seed) => new RandomCriterion(seed);

    /// <summary>Given scores, one for each weight of each named tensor, in storage order; may be negative.</summary>
    public static Criterion Custom(IReadOnlyDictionary<string, ReadOnlyMemory<double>> scores) => new CustomCriterion(scores);

    /// <summary>The word for this criterion in plans and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>True where single weights rank as |w|, which lets selection read the stored bits directly.</summary>
    public virtual bool RanksByMagnitude => false;

    /// <summary>
    /// True where a score does not depend on the weight's value: blocks and channels are then scored by their own index instead of
    /// by a sum over their weights.
    /// </summary>
    public virtual bool IgnoresValues => false;

    /// <summary>Scores consecutive weights.</summary>
    /// <param name="tensor">Name of the tensor.</param>
    /// <param name="first">Flat storage index of the first weight.</param>
    /// <param name="weights">The weights, widened exactly.</param>
    /// <param name="scores">Receives one score a weight; higher = keep. NaN makes selection fail with the tensor and index.</param>
    public abstract void Score(string tensor, long first, ReadOnlySpan<double> weights, Span<double> scores);

    /// <summary>Called once before a tensor is scored, so that a criterion can refuse it.</summary>
    /// <param name="tensor">Name of the tensor.</param>
    /// <param name="length">Its number of weights.</param>
    /// <exception cref="ArgumentException">The criterion cannot score this tensor.</exception>
    public virtual void Check(string tensor, long length)
    {
    }
}
