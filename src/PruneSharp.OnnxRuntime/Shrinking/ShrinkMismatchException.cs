namespace PruneSharp.OnnxRuntime;

/// <summary>The shrunk model does not compute what the masked model does; nothing was written.</summary>
public sealed class ShrinkMismatchException(string message) : Exception(message);
