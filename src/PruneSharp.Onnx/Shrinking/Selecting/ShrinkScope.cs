namespace PruneSharp.Onnx;

/// <summary>Which units compete with each other.</summary>
public enum ShrinkScope
{
    /// <summary>Those of one family: every family loses the same fraction.</summary>
    Local,

    /// <summary>All units of the model.</summary>
    Global,

    /// <summary>Units of families whose weights belong to the same operators (Fang et al. 2024, arXiv:2407.04616).</summary>
    Isomorphic,
}
