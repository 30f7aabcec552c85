namespace PruneSharp;

/// <summary>One tensor for <see cref="SafetensorsWriter"/>.</summary>
/// <param name="Name">Name, unique in the file and not <c>__metadata__</c>.</param>
/// <param name="Type">How each element is stored.</param>
/// <param name="Shape">Dimensions, row-major; empty for a scalar.</param>
/// <param name="Bytes">Its size: the product of <paramref name="Shape"/> × the element size.</param>
/// <param name="Write">Writes exactly <paramref name="Bytes"/> bytes to the stream that it is given.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Bytes, Action<Stream> Write);
