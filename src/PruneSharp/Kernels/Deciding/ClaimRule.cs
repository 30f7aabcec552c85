namespace PruneSharp.Kernels;

/// <summary>How it is decided whether the sparse engine claims a region.</summary>
public enum ClaimRule
{
    /// <summary>Where it is faster than ONNX Runtime's own kernels, timed in turn with them when the session is made.</summary>
    Measured,

    /// <summary>Where an estimate from the weights that are left says so; nothing is timed.</summary>
    Estimated,

    /// <summary>Always, faster or not: for tests and comparisons.</summary>
    Always,
}
