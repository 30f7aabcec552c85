using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>
/// A graph of operators in the terms of ONNX, or a region of one: what the front ends (a model file, ONNX Runtime's graph) hand to the sparse engine.
/// </summary>
public sealed class LayerGraph
{
    /// <summary>The operators, each after those whose values it reads.</summary>
    public required ImmutableArray<LayerNode> Nodes { get; init; }

    /// <summary>The names of the values that come from outside, constants left out, in order.</summary>
    public required ImmutableArray<string> Inputs { get; init; }

    /// <summary>The names of the values that are read outside, in order.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>The constant float32 tensors by name. Others (integers, constants that an input overrides) are left out: what reads them is not understood.</summary>
    public required IReadOnlyDictionary<string, LayerConstant> Constants { get; init; }

    /// <summary>
    /// The shapes of values by name, as far as they are known. A dimension that is not fixed is negative: two of the same number below -1 are equal in every run, of unlike ones
    /// they may differ; -1 says nothing and is taken to fit.
    /// </summary>
    public required IReadOnlyDictionary<string, ImmutableArray<long>> Shapes { get; init; }

    /// <summary>The names of the values that are known to be float32.</summary>
    public required IReadOnlySet<string> Floats { get; init; }
}
