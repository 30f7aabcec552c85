namespace PruneSharp.Onnx;

/// <summary>How important a unit is: the lowest go first.</summary>
public abstract record UnitCriterion
{
    /// <summary>The sum of the scores of all weights in the unit's slices, over every tensor that the unit touches (Fang et al. 2023, arXiv:2301.12900).</summary>
    public static UnitCriterion Of(Criterion criterion) => new WeightCriterion(criterion);

    /// <summary>
    /// The sum of the absolute scales of the unit's normalisations (network slimming, Liu et al. 2017, arXiv:1708.06519); families without
    /// any are ranked by the absolute values of their weights.
    /// </summary>
    public static UnitCriterion NormalizationScale { get; } = new ScaleCriterion();

    /// <summary>
    /// The distance to the other units of the family, summed: filters near the geometric median go first (FPGM, He et al. 2019,
    /// arXiv:1811.00250).
    /// </summary>
    public static UnitCriterion GeometricMedian { get; } = new MedianCriterion();

    /// <summary>Scores of your own: one a weight, in storage order, for some of the tensors of every family; a unit has the sum over its slices.</summary>
    /// <param name="scores">By name of the tensor.</param>
    public static UnitCriterion Scores(IReadOnlyDictionary<string, ReadOnlyMemory<double>> scores) => new GivenCriterion(scores);

    /// <summary>The word for it in reports and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>One score a unit; higher = keep.</summary>
    /// <exception cref="NaNScoreException">A weight is no number.</exception>
    internal abstract double[] Score(OnnxModel model, UnitFamily family, SliceSums sums);

    private sealed record WeightCriterion(Criterion Criterion) : UnitCriterion
    {
        public override string Name => Criterion.Name;

        internal override double[] Score(OnnxModel model, UnitFamily family, SliceSums sums)
        {
            if (Criterion.IgnoresValues)
            {
                var scores = new double[family.Units.Count];
                Criterion.Score(family.Name, 0, new double[scores.Length], scores);
                return scores;
            }

            return [.. family.Units.Select(unit => unit.Cells.Where(SliceSums.IsWeight).Sum(cells => sums.Of(cells, Criterion)))];
        }
    }

    private sealed record ScaleCriterion : UnitCriterion
    {
        public override string Name => "bn-scale";

        internal override double[] Score(OnnxModel model, UnitFamily family, SliceSums sums)
        {
            static bool IsScale(UnitCells cells) => cells.Tensor.Uses.Any(u => u.Input == 1 && u.Node.Op.EndsWith("Normalization", StringComparison.Ordinal));
            return family.Units.Any(u => u.Cells.Any(IsScale))
                ? [.. family.Units.Select(unit => unit.Cells.Where(IsScale).Sum(cells => sums.Of(cells, Criterion.L1)))]
                : Of(Criterion.L1).Score(model, family, sums);
        }
    }

    private sealed record GivenCriterion(IReadOnlyDictionary<string, ReadOnlyMemory<double>> Given) : UnitCriterion
    {
        private readonly Criterion _custom = Criterion.Custom(Given);

        public override string Name => "scores";

        internal override double[] Score(OnnxModel model, UnitFamily family, SliceSums sums) =>
            family.Units.Any(u => u.Cells.Any(c => Given.ContainsKey(c.Tensor.Name)))
                ? [.. family.Units.Select(unit => unit.Cells.Where(c => Given.ContainsKey(c.Tensor.Name)).Sum(cells => sums.Of(cells, _custom)))]
                : throw new ArgumentException($"No scores were given for any tensor of family {family.Name} ({string.Join(", ", family.Units[0].Cells.Select(c => c.Tensor.Name).Distinct(StringComparer.Ordinal).Take(4))}); give some, or leave it out with --skip.");
    }

    private sealed record MedianCriterion : UnitCriterion
    {
        public override string Name => "fpgm";

        internal override double[] Score(OnnxModel model, UnitFamily family, SliceSums sums) => MedianDistances.Of(model, family);
    }
}
