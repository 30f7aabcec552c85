namespace PruneSharp.Onnx;

/// <summary>One pruned tensor.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Op">Operator that uses it.</param>
/// <param name="Shape">Stored dimensions.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="ZerosBefore">Zeros in the input.</param>
/// <param name="Zeros">Zeros in the output.</param>
/// <param name="Sparsity">Zeros / Parameters.</param>
public sealed record PrunedLayer(
    string Name, string Op, IReadOnlyList<long> Shape, long Parameters, long ZerosBefore, long Zeros, double Sparsity);
