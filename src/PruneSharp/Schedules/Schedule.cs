namespace PruneSharp;

/// <summary>
/// Sparsity as a function of the training step: 0 before <see cref="BeginStep"/>, from <see cref="InitialSparsity"/> to <see cref="FinalSparsity"/>
/// between <see cref="BeginStep"/> and <see cref="EndStep"/>, constant afterwards. Steps count those of the optimizer from 0. Names as in
/// TensorFlow Model Optimization's <c>PolynomialDecay</c> and <c>ConstantSparsity</c>. Write your own by deriving.
/// </summary>
public abstract record Schedule
{
    /// <summary>Everything at one step.</summary>
    /// <param name="finalSparsity">Sparsity from that step on.</param>
    /// <param name="step">The step.</param>
    public static Schedule OneShot(double finalSparsity, long step = 0) => new OneShotSchedule { FinalSparsity = finalSparsity, BeginStep = step, EndStep = step };

    /// <summary>The same sparsity from <paramref name="beginStep"/> on; which weights go is decided again until <paramref name="endStep"/>.</summary>
    public static Schedule Constant(double finalSparsity, long beginStep, long endStep) => new ConstantSchedule { FinalSparsity = finalSparsity, BeginStep = beginStep, EndStep = endStep };

    /// <summary>s = s_f + (s_i − s_f)(1 − τ), with τ the part of the way from begin to end.</summary>
    public static Schedule Linear(double finalSparsity, long beginStep, long endStep) => Polynomial(finalSparsity, beginStep, endStep, 1);

    /// <summary>s = s_f + (s_i − s_f)(1 − τ)³: fast at first, slow where weights get scarce (Zhu and Gupta 2017, arXiv:1710.01878, eq. 1).</summary>
    public static Schedule Cubic(double finalSparsity, long beginStep, long endStep) => Polynomial(finalSparsity, beginStep, endStep, 3);

    /// <summary>s = s_f + (s_i − s_f)(1 − τ)^power.</summary>
    public static Schedule Polynomial(double finalSparsity, long beginStep, long endStep, double power) =>
        new PolynomialSchedule(power) { FinalSparsity = finalSparsity, BeginStep = beginStep, EndStep = endStep };

    /// <summary>s = s_f + (s_i − s_f)(1 + cos πτ)/2: slow at both ends.</summary>
    public static Schedule Cosine(double finalSparsity, long beginStep, long endStep) => new CosineSchedule { FinalSparsity = finalSparsity, BeginStep = beginStep, EndStep = endStep };

    /// <summary>d = d_i (d_f / d_i)^τ: the same fraction of what is left goes at every step. d is the density, 1 − s.</summary>
    public static Schedule Exponential(double finalSparsity, long beginStep, long endStep) => new ExponentialSchedule { FinalSparsity = finalSparsity, BeginStep = beginStep, EndStep = endStep };

    /// <summary>
    /// The exponential in <paramref name="rounds"/> equal steps, the first one a round after begin and the last one at the end: a lottery ticket's
    /// train, prune, train (Frankle and Carbin 2019, arXiv:1803.03635). It updates at the end of each round, whatever <see cref="Frequency"/> says.
    /// </summary>
    public static Schedule Iterative(double finalSparsity, long beginStep, long endStep, int rounds) =>
        new IterativeSchedule(rounds) { FinalSparsity = finalSparsity, BeginStep = beginStep, EndStep = endStep };

    /// <summary>The word for this schedule in plans.</summary>
    public abstract string Name { get; }

    /// <summary>Sparsity at <see cref="BeginStep"/>, 0 … 1; default 0.</summary>
    public double InitialSparsity { get; init; }

    /// <summary>Sparsity from <see cref="EndStep"/> on, 0 … 1.</summary>
    public required double FinalSparsity { get; init; }

    /// <summary>The first step that prunes.</summary>
    public required long BeginStep { get; init; }

    /// <summary>The last step that changes the sparsity.</summary>
    public required long EndStep { get; init; }

    /// <summary>Steps from one update to the next; default 100. The end is always an update.</summary>
    public long Frequency { get; init; } = 100;

    /// <summary>Sparsity that is wanted after a step.</summary>
    /// <param name="step">0-based step.</param>
    public double Sparsity(long step) => step < BeginStep ? 0 : step >= EndStep ? FinalSparsity : Between((double)(step - BeginStep) / (EndStep - BeginStep));

    /// <summary>Whether the masks are decided anew after a step.</summary>
    /// <param name="step">0-based step.</param>
    public virtual bool IsUpdate(long step) => step >= BeginStep && step <= EndStep && ((step - BeginStep) % Frequency == 0 || step == EndStep);

    /// <summary>Everything that makes this schedule impossible, one sentence each; empty for a valid one.</summary>
    public virtual IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!(InitialSparsity is >= 0 and <= 1))
            problems.Add($"initialSparsity is {InitialSparsity}; it lies between 0 and 1.");
        if (!(FinalSparsity is >= 0 and <= 1))
            problems.Add($"finalSparsity is {FinalSparsity}; it lies between 0 and 1.");
        if (BeginStep < 0)
            problems.Add($"beginStep is {BeginStep}; steps count from 0.");
        if (EndStep < BeginStep)
            problems.Add($"endStep {EndStep} is before beginStep {BeginStep}.");
        if (Frequency < 1)
            problems.Add($"frequency is {Frequency}; it is at least 1 step.");
        return problems;
    }

    /// <summary>Sparsity between begin and end.</summary>
    /// <param name="progress">τ, the part of the way, in [0, 1).</param>
    protected abstract double Between(double progress);
}
