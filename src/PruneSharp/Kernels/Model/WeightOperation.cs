using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>output = activation(weights * input + bias + residual). The residual, if any, is the second input.</summary>
internal sealed record WeightOperation(string Output, ImmutableArray<string> Inputs, string Node, RowPattern Pattern, float[] Bias, Activation Activation)
    : RegionOperation(Output, Inputs)
{
    /// <summary>Whether a value of the output's shape is added before the activation.</summary>
    public bool HasResidual => Inputs.Length == 2;
}
