namespace PruneSharp.Kernels;

/// <summary>Runs every piece on the caller's thread, in order.</summary>
public sealed class SerialRunner : IParallelRunner
{
    private SerialRunner() { }

    /// <summary>The only one.</summary>
    public static SerialRunner Instance { get; } = new();

    /// <inheritdoc/>
    public int ThreadCount => 1;

    /// <inheritdoc/>
    public void For(int count, IParallelTask task)
    {
        for (int index = 0; index < count; index++) task.Invoke(index);
    }
}
