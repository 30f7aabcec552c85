namespace PruneSharp.Torch;

/// <summary>What goes back to an early step after a round of <see cref="LotteryTicket"/>.</summary>
public enum Rewind
{
    /// <summary>Weights, buffers and the learning rate.</summary>
    Weights,

    /// <summary>The learning rate only; weights stay as they were trained (Renda et al. 2020, arXiv:2003.02389).</summary>
    LearningRate,
}
