namespace PruneSharp.Kernels;

/// <summary>The functions that the engine applies by itself.</summary>
internal enum ActivationKind
{
    /// <summary>x.</summary>
    None,

    /// <summary>min(B, max(A, x)); Relu is 0 to infinity.</summary>
    Clamp,

    /// <summary>x where x is 0 or more, else A·x.</summary>
    LeakyRelu,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>min(1, max(0, A·x + B)).</summary>
    HardSigmoid,

    /// <summary>x · min(1, max(0, x / 6 + 1/2)).</summary>
    HardSwish,

    /// <summary>x / (1 + e^-x), also called Swish.</summary>
    Silu,

    /// <summary>x / 2 · (1 + erf(x / √2)).</summary>
    Gelu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}
