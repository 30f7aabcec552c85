namespace PruneSharp;

/// <summary>What <see cref="MaskNumbers.Apply"/> saw on its way.</summary>
/// <param name="HasOtherNumbers">The mask holds a number that is neither 0 nor 1; it counts as 0.</param>
/// <param name="PrunesNonFinite">A pruned weight is ∞ or NaN, so that multiplying by the mask would give NaN.</param>
public readonly record struct MaskedFacts(bool HasOtherNumbers, bool PrunesNonFinite);
