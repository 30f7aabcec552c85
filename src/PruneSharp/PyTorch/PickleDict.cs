namespace PruneSharp;

/// <summary>A Python dict or OrderedDict: its items in the order in which they were set, whatever their keys are.</summary>
internal sealed class PickleDict(bool ordered) : List<(object? Key, object? Value)>
{
    /// <summary>Whether it is an OrderedDict, which may have attributes.</summary>
    public bool IsOrdered => ordered;
}
