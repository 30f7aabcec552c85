namespace PruneSharp;

/// <summary>A tensor of a file to be archived.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dims.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Data">Its values, which stand there as little-endian bytes.</param>
/// <param name="Values">How values are kept.</param>
public sealed record ArchiveInputTensor(string Name, IReadOnlyList<long> Shape, long Offset, WeightData Data, ValueChoice Values);
