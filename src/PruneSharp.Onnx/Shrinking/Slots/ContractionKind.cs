namespace PruneSharp.Onnx;

/// <summary>How an operator takes several values of an axis together.</summary>
internal enum ContractionKind
{
    /// <summary>It adds products: a zero in either operand removes the index.</summary>
    Product,

    /// <summary>It adds values, or functions of them that are zero for zero.</summary>
    Sum,

    /// <summary>It divides the sum by the number of values.</summary>
    Mean,

    /// <summary>It takes the largest value.</summary>
    Max,

    /// <summary>It takes the least value.</summary>
    Min,

    /// <summary>It normalises by mean and variance, or by the root of the mean square.</summary>
    Normalization,
}
