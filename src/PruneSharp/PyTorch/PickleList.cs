namespace PruneSharp;

/// <summary>A Python list.</summary>
internal sealed class PickleList : List<object?>;
