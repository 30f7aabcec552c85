namespace PruneSharp.OnnxRuntime;

/// <summary>How a shrunk model was compared with the masked one.</summary>
/// <param name="MaxAbsDifference">Largest difference of a value, in the output where it is worst for its scale.</param>
/// <param name="Scale">Largest absolute value of that output.</param>
/// <param name="NonVacuous">Whether the masked model differs clearly from the dense one, so that equality says something.</param>
/// <param name="Runs">Inputs tried, over all batch sizes.</param>
/// <param name="Values">Names of the values compared: outputs, or what goes into operators that choose by value.</param>
/// <param name="Reference">What it was compared with: "the masked model", or "the model" where nothing may change.</param>
public sealed record ShrinkVerification(double MaxAbsDifference, double Scale, bool NonVacuous, int Runs, IReadOnlyList<string> Values, string Reference);
