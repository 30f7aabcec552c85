namespace PruneSharp.OrtApi;

/// <summary>What a use of ONNX Runtime's C interface needs of it.</summary>
/// <param name="Purpose">What it is needed for, as errors say it.</param>
/// <param name="ApiVersion">The oldest version that has all of it: 17 for ONNX Runtime 1.17.</param>
/// <param name="Slots">The functions.</param>
internal sealed record OrtNeed(string Purpose, uint ApiVersion, IReadOnlyList<OrtSlot> Slots)
{
    /// <summary>Operators of our own in the process of the application.</summary>
    public static OrtNeed CustomOperators { get; } = new("Sparse operators", 17, [.. Enum.GetValues<OrtSlot>().Where(slot => slot <= OrtSlot.KernelContext_ParallelFor)]);

    /// <summary>An execution provider in a library of its own.</summary>
    public static OrtNeed ExecutionProvider { get; } = new("The sparse execution provider", 23, Enum.GetValues<OrtSlot>());
}
