namespace PruneSharp.Kernels;

/// <summary>output = activation(left + right), of the same shape.</summary>
internal sealed record AddOperation(string Output, string Left, string Right, Activation Activation) : RegionOperation(Output, [Left, Right]);
