namespace PruneSharp.Torch;

/// <summary>What goes back to an early step after a round of <see cref="LotteryTicket"/>.</summary>
public enum Rewind
{
    /// <summary>All parameters and buffers, the optimizer's state and the step of the learning rate.</summary>
    Weights,

    /// <summary>The step of the learning rate only; weights and the optimizer's state stay as they were trained (Renda et al. 2020, arXiv:2003.02389).</summary>
    LearningRate,
}
