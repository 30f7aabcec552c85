namespace PruneSharp.Onnx;

/// <summary>What an index contributes to a node that adds over its axis.</summary>
internal enum SiteVerdict
{
    /// <summary>Something that depends on the input.</summary>
    Alive,

    /// <summary>A constant that cannot be kept without it.</summary>
    Refused,

    /// <summary>A constant that can go into the node's bias.</summary>
    Folded,

    /// <summary>Nothing, since the weights that it meets are zero or belong to what goes.</summary>
    Ignored,

    /// <summary>Nothing, since it is zero itself.</summary>
    Zero,
}
