namespace PruneSharp;

/// <summary>A tensor that is not pruned.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Reason">Why, in words for a user.</param>
public sealed record SkippedTensor(string Name, string Reason);
