namespace PruneSharp.Torch;

/// <summary>What <see cref="TorchNative.Load"/> found and did.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Message">In one sentence.</param>
public sealed record TorchNativeState(TorchNativeOutcome Outcome, string Message);
