namespace PruneSharp.Onnx;

/// <summary>
/// Whether a constant operand of a sum may be written anew (Pad and Gather), so that what computed it can go while the other operand stays.
/// </summary>
public enum DeadFill
{
    /// <summary>Where it saves more than writing costs, by an estimate.</summary>
    WhereFaster,

    /// <summary>Everywhere: the most parameters go.</summary>
    Always,

    /// <summary>Nowhere.</summary>
    Never,
}
