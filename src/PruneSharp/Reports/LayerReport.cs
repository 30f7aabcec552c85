namespace PruneSharp;

/// <summary>One prunable tensor in a report.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Op">Operator that uses it.</param>
/// <param name="Shape">Stored dimensions.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Zeros">Weights equal to zero.</param>
/// <param name="Sparsity">Zeros / Parameters; 0 for an empty tensor.</param>
/// <param name="Outputs">Outputs (filters, neurons); null where the layout cannot be followed.</param>
/// <param name="DeadOutputs">Outputs whose weights are all zero; null where the layout cannot be followed.</param>
public sealed record LayerReport(
    string Name, string Op, IReadOnlyList<long> Shape, long Parameters, long Zeros, double Sparsity, long? Outputs, long? DeadOutputs);
