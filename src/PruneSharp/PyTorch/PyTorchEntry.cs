namespace PruneSharp;

/// <summary>One tensor for <see cref="PyTorchWriter"/>.</summary>
/// <param name="Name">Its key in the state_dict, unique in the file.</param>
/// <param name="Type">How each element is stored.</param>
/// <param name="Shape">Dimensions, row-major; empty for a scalar.</param>
/// <param name="Bytes">Its size: the product of <paramref name="Shape"/> × the element size.</param>
/// <param name="Write">Writes exactly <paramref name="Bytes"/> bytes to the stream that it is given.</param>
/// <param name="SameAs">
/// Name of an earlier entry whose memory this one shares, as tied weights do. The values are stored once then, and
/// <paramref name="Write"/> is not called.
/// </param>
public sealed record PyTorchEntry(string Name, PyTorchType Type, IReadOnlyList<long> Shape, long Bytes, Action<Stream> Write, string? SameAs = null);
