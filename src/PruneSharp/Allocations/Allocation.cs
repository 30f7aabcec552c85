namespace PruneSharp;

/// <summary>
/// How one budget is spread over the layers. The result is a plain number of units for each layer; which of its units go is then
/// selection inside the layer. Write your own by deriving.
/// </summary>
public abstract record Allocation
{
    private const double Slack = 1e-12; // a limit of 0.58 must allow 58 of 100, whatever the product rounds to

    private readonly double _minimumSparsity;
    private readonly double _maximumSparsity = 1;

    /// <summary>The same fraction of every layer; a count is taken from each layer.</summary>
    public static Allocation Local { get; } = new LocalAllocation();

    /// <summary>One ranking over all layers together, equal to PyTorch's <c>global_unstructured</c>; without limits unless some are set.</summary>
    public static Allocation Global { get; } = new GlobalAllocation();

    /// <summary>One ranking by layer-adaptive magnitude (Lee et al. 2021, arXiv:2010.07611).</summary>
    public static Allocation Lamp { get; } = new LampAllocation();

    /// <summary>Densities from layer shapes by Erdős–Rényi-kernel (Evci et al. 2020, arXiv:1911.11134).</summary>
    public static Allocation Erk { get; } = new ErkAllocation();

    /// <summary>An amount for each layer by name; layers that are not named stay dense.</summary>
    public static Allocation PerLayer(IReadOnlyDictionary<string, Amount> amounts) => new PerLayerAllocation(amounts);

    /// <summary>The word for this allocation in plans and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>True where the plan's one amount is spread; false where the allocation brings its own.</summary>
    public virtual bool NeedsAmount => true;

    /// <summary>Least fraction of each layer's units that is pruned; default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0, 1].</exception>
    public double MinimumSparsity
    {
        get => _minimumSparsity;
        init => _minimumSparsity = Checked(value);
    }

    /// <summary>Greatest fraction of each layer's units that is pruned; default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in [0, 1].</exception>
    public double MaximumSparsity
    {
        get => _maximumSparsity;
        init => _maximumSparsity = Checked(value);
    }

    /// <summary>
    /// Spreads a budget. Where a layer would leave its limits it is held at the limit and the rest is spread again over the others.
    /// </summary>
    /// <param name="amount">What to prune of all units together.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="threads">Threads to use; 0 = one a processor.</param>
    /// <returns>Units to prune in each layer, in order.</returns>
    /// <exception cref="ArgumentException">The limits leave no way to prune that much.</exception>
    public virtual IReadOnlyList<long> Spread(Amount amount, IReadOnlyList<LayerUnits> layers, int threads = 0)
    {
        // What is zero already stays zero and counts, also where a layer has more of it than its limit.
        long[] least = [.. layers.Select(l => Math.Max(Least(l.UnitCount), l.ZeroUnitCount))];
        long[] most = [.. layers.Select(l => Math.Max(Most(l.UnitCount), l.ZeroUnitCount))];
        long budget = Math.Max(Selection.Count(amount, layers.Sum(l => l.UnitCount)), layers.Sum(l => l.ZeroUnitCount));
        if (budget < least.Sum() || budget > most.Sum() || MinimumSparsity > MaximumSparsity)
            throw new ArgumentException($"Pruning {budget} of {layers.Sum(l => l.UnitCount)} units is impossible with a sparsity between {MinimumSparsity} and {MaximumSparsity} in each layer, which allows {least.Sum()} to {most.Sum()}. Change the amount or the limits.", nameof(amount));

        var counts = new long[layers.Count];
        var free = Enumerable.Range(0, layers.Count).ToList();
        while (free.Count > 0)
        {
            var spread = Distribute(budget, [.. free.Select(i => layers[i])], threads);
            for (int at = 0; at < free.Count; at++)
                counts[free[at]] = spread[at];
            var over = free.Where(i => counts[i] > most[i]).ToList();
            var under = free.Where(i => counts[i] < least[i]).ToList();

            // Holding the overfull layers raises the others, holding the underfull ones lowers them: the side that moves more goes first.
            var held = over.Sum(i => counts[i] - most[i]) >= under.Sum(i => least[i] - counts[i]) ? over : under;
            if (held.Count == 0)
                break;
            foreach (int i in held)
            {
                counts[i] = held == over ? most[i] : least[i];
                budget -= counts[i];
            }

            free.RemoveAll(held.Contains);
        }

        return counts;
    }

    /// <summary>Spreads a budget without limits.</summary>
    /// <param name="count">Units to prune of all layers together, 0 … their sum.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="threads">Threads to use; 0 = one a processor.</param>
    /// <returns>Units to prune in each layer; their sum is <paramref name="count"/>.</returns>
    protected abstract IReadOnlyList<long> Distribute(long count, IReadOnlyList<LayerUnits> layers, int threads);

    /// <summary>Fewest units that <see cref="MinimumSparsity"/> allows.</summary>
    private protected long Least(long units) => (long)Math.Ceiling(MinimumSparsity * units * (1 - Slack));

    /// <summary>Most units that <see cref="MaximumSparsity"/> allows.</summary>
    private protected long Most(long units) => (long)Math.Floor(MaximumSparsity * units * (1 + Slack));

    private static double Checked(double value) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A limit on sparsity lies between 0 and 1.");
}
