namespace PruneSharp.Onnx;

/// <summary>What packing did to one weight.</summary>
public sealed record PackedLayer
{
    /// <summary>The reason of tensors that no encoding makes smaller.</summary>
    public const string DenseIsSmaller = "dense is smaller";

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>The operator that uses it.</summary>
    public required string Op { get; init; }

    /// <summary>Stored dimensions.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>Weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>Weights that are not stored.</summary>
    public required long Zeros { get; init; }

    /// <summary>How positions are stored: a name of <see cref="PositionEncoding"/>, "dense" where the tensor was left as it is.</summary>
    public required string Positions { get; init; }

    /// <summary>How values are stored: a name of <see cref="ValueEncoding"/>.</summary>
    public required string Values { get; init; }

    /// <summary>Bytes of the tensor in the input, with its place in the file.</summary>
    public required long DenseBytes { get; init; }

    /// <summary>Bytes in the output, unpacking nodes included.</summary>
    public required long Bytes { get; init; }

    /// <summary>Least bytes for random positions and these values; see <see cref="EntropyBound"/>.</summary>
    public required double BoundBytes { get; init; }

    /// <summary>Bytes by encoding, for all that this tensor could have.</summary>
    public required IReadOnlyDictionary<string, long> Costs { get; init; }

    /// <summary>Why the tensor was left as it is, or its values not stored as asked; null where all is as asked.</summary>
    public string? Reason { get; init; }
}
