namespace PruneSharp.Torch;

/// <summary>
/// How masks change while a network trains. A plain value: what it learns on the way it keeps in <see cref="SparseLayer.State"/> and
/// <see cref="SparseTraining.State"/>, which checkpoints contain. Write your own by deriving.
/// <para>
/// <see cref="Pruner"/> calls <see cref="Begin"/> once when it is created, then in every step <see cref="Observe"/> and <see cref="Update"/>, and
/// at the end <see cref="Finish"/>; all without gradients being recorded, and with the tensors made on the way disposed of.
/// </para>
/// </summary>
public abstract record TrainingMethod
{
    /// <summary>The word for this method in reports and checkpoints.</summary>
    public abstract string Name { get; }

    /// <summary>What becomes of pruned weights; default <see cref="PrunedWeights.Zero"/>.</summary>
    public virtual PrunedWeights PrunedWeights => PrunedWeights.Zero;

    /// <summary>
    /// Everything that makes a plan impossible with this method, one sentence each; by default what is wrong with the plan itself, and a schedule
    /// whose sparsity falls where pruned weights are lost (<see cref="PrunedWeights.Zero"/>).
    /// </summary>
    public virtual IEnumerable<string> Problems(Plan plan) =>
        PrunedWeights == PrunedWeights.Zero ? plan.Problems().Concat(LostWeights.Problems(plan, Name)) : plan.Problems();

    /// <summary>Before the first step; by default a plan without a schedule is carried out here.</summary>
    protected internal virtual void Begin(SparseTraining training)
    {
        if (training.Plan.Schedule is null)
            training.Prune();
    }

    /// <summary>
    /// After the optimizer's step, before anything is merged: gradients are there, and <see cref="SparseLayer.Dense"/>, for methods that keep
    /// weights aside, is still as it was when they were computed. <see cref="SparseLayer.Weight"/> is already what the optimizer made of it.
    /// </summary>
    protected internal virtual void Observe(SparseTraining training)
    {
    }

    /// <summary>After the optimizer's step: the place to change masks; by default by the plan's criterion when the schedule says so.</summary>
    protected internal virtual void Update(SparseTraining training)
    {
        if (training.IsUpdate)
            training.Prune();
    }

    /// <summary>At the end of training.</summary>
    protected internal virtual void Finish(SparseTraining training)
    {
    }
}
