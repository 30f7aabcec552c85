namespace PruneSharp.Kernels;

/// <summary>What the values of an operator are.</summary>
internal enum RegionKind
{
    /// <summary>Either.</summary>
    Any,

    /// <summary>Images [batch, channels, height, width].</summary>
    Image,

    /// <summary>Matrices [..., channels].</summary>
    Matrix,
}
