namespace PruneSharp.Kernels;

/// <summary>The names of operators that the engine has beside ONNX's own.</summary>
internal static class LayerOperators
{
    /// <summary>The domain of operators that stand for several of ONNX's.</summary>
    public const string Domain = "prunesharp";

    /// <summary>x · sigmoid(x).</summary>
    public const string Silu = "Silu";
}
