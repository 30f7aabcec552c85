namespace PruneSharp.Onnx;

/// <summary>What goes together in attention.</summary>
public enum AttentionUnits
{
    /// <summary>Whatever lets more parameters go; whole heads where both let as many.</summary>
    Auto,

    /// <summary>Whole heads.</summary>
    Heads,

    /// <summary>The same dimensions of every head.</summary>
    Dims,

    /// <summary>Nothing: heads and their dimensions stay.</summary>
    None,
}
