namespace PruneSharp.OnnxRuntime;

/// <summary>How a shrunk model was compared with the masked one.</summary>
/// <param name="MaxAbsDifference">Largest difference, in the value where it is worst for its scale.</param>
/// <param name="Scale">Largest absolute value of it, in the reference or the dense model; at least 1 behind Sigmoid, Tanh and Softmax, whose arguments are compared too.</param>
/// <param name="NonVacuous">Whether the masked model differs clearly from the dense one, so that equality says something.</param>
/// <param name="Runs">Inputs tried, over all batch sizes.</param>
/// <param name="Optimized">False where graph optimisation had to be off, because it alone moves the outputs further than the tolerance.</param>
/// <param name="Values">Names of the values compared: outputs, and what goes into operators that choose by value.</param>
/// <param name="Unjudged">Outputs behind comparisons of values that differ from run to run of the reference itself, with and without optimisation.</param>
/// <param name="Reference">What it was compared with: "the masked model", or "the model" where nothing may change.</param>
public sealed record ShrinkVerification(double MaxAbsDifference, double Scale, bool NonVacuous, int Runs, bool Optimized, IReadOnlyList<string> Values, IReadOnlyList<string> Unjudged, string Reference);
