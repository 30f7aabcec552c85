namespace PruneSharp.Kernels;

/// <summary>output = activation(input).</summary>
internal sealed record ActivationOperation(string Output, string Input, Activation Activation) : RegionOperation(Output, [Input]);
