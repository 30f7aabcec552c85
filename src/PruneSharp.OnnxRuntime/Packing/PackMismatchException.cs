namespace PruneSharp.OnnxRuntime;

/// <summary>A packed model gave other results than its input, so it was not written.</summary>
public sealed class PackMismatchException(string message) : Exception(message);
