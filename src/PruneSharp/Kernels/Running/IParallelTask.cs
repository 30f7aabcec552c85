namespace PruneSharp.Kernels;

/// <summary>Work that is cut into numbered pieces, which may run in any order and at the same time.</summary>
public interface IParallelTask
{
    /// <summary>Does one piece.</summary>
    /// <param name="index">Its number, 0-based.</param>
    void Invoke(int index);
}
