namespace PruneSharp;

/// <summary>A file to be archived.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="CopyTo">Writes a range of it: destination, offset, count.</param>
/// <param name="Tensors">Its tensors by ascending offset; they do not overlap.</param>
public sealed record ArchiveInput(string Name, long Length, Action<Stream, long, long> CopyTo, IReadOnlyList<ArchiveInputTensor> Tensors);
