namespace PruneSharp.Torch;

/// <summary>One module of a model.</summary>
/// <param name="Name">Path in the model.</param>
/// <param name="ModuleType">Its kind.</param>
/// <param name="OutputShape">What it returned for the example; null where it was not called, or returns something other than one tensor.</param>
/// <param name="ParameterCount">Entries of its own parameters, without those of its children.</param>
/// <param name="KeptCount">How many of them are not 0.</param>
/// <param name="Macs">Multiplications of weights for the example, zeros included; null where unknown.</param>
/// <param name="KeptMacs">Those with weights that are not 0; null where unknown.</param>
public sealed record LayerSummary(string Name, string ModuleType, IReadOnlyList<long>? OutputShape, long ParameterCount, long KeptCount, long? Macs, long? KeptMacs)
{
    /// <summary>Fraction of zeros among its own parameters; 0 where it has none.</summary>
    public double Sparsity => ParameterCount == 0 ? 0 : 1 - (double)KeptCount / ParameterCount;
}
