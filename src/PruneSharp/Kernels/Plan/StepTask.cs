namespace PruneSharp.Kernels;

/// <summary>A step of one run, for other threads.</summary>
internal sealed class StepTask(RegionStep step, RegionRun run) : IParallelTask
{
    /// <inheritdoc/>
    public void Invoke(int index) => step.Run(run, index);
}
