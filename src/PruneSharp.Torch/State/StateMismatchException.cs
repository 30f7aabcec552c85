namespace PruneSharp.Torch;

/// <summary>A file does not fit the module that it should be loaded into. The module is unchanged.</summary>
public sealed class StateMismatchException : Exception
{
    internal StateMismatchException(string file, StateDifference difference, string? hint)
        : base($"{file} does not fit the module, which stays as it was.{hint}{Environment.NewLine}{difference}") =>
        Difference = difference;

    /// <summary>All that differs.</summary>
    public StateDifference Difference { get; }
}
