namespace PruneSharp;

/// <summary>A score is NaN, so the weights cannot be ranked.</summary>
public sealed class NaNScoreException : ArgumentException
{
    /// <summary>Creates the error for one unit of one tensor.</summary>
    public NaNScoreException(string tensor, long index)
        : base($"The score of {(tensor.Length == 0 ? "the tensor" : tensor)}[{index}] is NaN; every score must be a number.")
    {
        Tensor = tensor;
        Index = index;
    }

    /// <summary>Name of the tensor.</summary>
    public string Tensor { get; }

    /// <summary>0-based flat index of the first NaN: of the weight, or of the block or channel that holds it.</summary>
    public long Index { get; }
}
