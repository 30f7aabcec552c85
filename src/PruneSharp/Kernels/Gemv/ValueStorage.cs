namespace PruneSharp.Kernels;

/// <summary>How the surviving weights of a sparse layer are held in memory. Sums are always float32.</summary>
public enum ValueStorage
{
    /// <summary>32 bits a weight, exact. The default.</summary>
    Float32,

    /// <summary>
    /// 16 bits a weight with 11 significant bits and one power of two per output row: an error of at most 2^-11 of the weight
    /// (2^-40 of the row's largest weight for those below 2^-29 of it); sums over inputs below 2^-40 lose digits.
    /// A layer with a weight that is not finite, or whose rows reach beyond 2^±30, stays float32.
    /// </summary>
    Float16,

    /// <summary>
    /// 8 bits a weight with one scale per output row, its largest magnitude / 127: an error of at most 1/254 of the row's largest weight.
    /// A layer with a weight that is not finite, or whose rows reach beyond 2^±30, stays float32.
    /// </summary>
    Int8,
}
