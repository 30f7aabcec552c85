namespace PruneSharp;

/// <summary>What became of one tensor.</summary>
/// <param name="Name">Name of the dense tensor.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Format">The format that it was brought into or out of; <c>dense</c> where it was copied.</param>
/// <param name="BytesBefore">Its data in the input, all parts together.</param>
/// <param name="BytesAfter">Its data in the output, all parts together.</param>
/// <param name="Reason">Why compression left it dense, in words for a user; null otherwise.</param>
public sealed record CompressedTensorReport(
    string Name, IReadOnlyList<long> Shape, string Format, long BytesBefore, long BytesAfter, string? Reason = null)
{
    /// <summary>The <see cref="Format"/> of copied tensors.</summary>
    public const string Dense = "dense";
}
