namespace PruneSharp.Torch;

/// <summary>
/// Gradual magnitude pruning: at each update of the schedule the plan's criterion ranks the weights, and what is pruned stays so. With
/// <see cref="Schedule.Cubic"/> and <see cref="Allocation.Local"/> as in Zhu and Gupta 2017 (arXiv:1710.01878); with
/// <see cref="Allocation.Global"/>, <see cref="Allocation.Lamp"/> or <see cref="Allocation.Erk"/> the layers share one budget.
/// </summary>
public sealed record Magnitude : TrainingMethod
{
    /// <inheritdoc/>
    public override string Name => "magnitude";
}
