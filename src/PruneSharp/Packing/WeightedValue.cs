namespace PruneSharp;

/// <summary>A value and how often it occurs.</summary>
internal readonly record struct WeightedValue(double Value, double Weight);
