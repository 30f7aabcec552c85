namespace PruneSharp.Kernels;

/// <summary>What the engine can do with an operator.</summary>
/// <param name="Kind">What its values are.</param>
/// <param name="Weights">The name of its constant weights; null where it has none.</param>
/// <param name="Refusal">Why it must stay with ONNX Runtime; null where it need not.</param>
internal sealed record NodeRole(RegionKind Kind, string? Weights, string? Refusal)
{
    /// <summary>Whether the engine can run it.</summary>
    public bool IsUnderstood => Refusal is null;

    /// <summary>An operator that has to stay.</summary>
    public static NodeRole Stays(string why, string? weights = null) => new(RegionKind.Any, weights, why);
}
