namespace PruneSharp;

/// <summary>
/// A sparse layout of the compressed-tensors library. A loader finds it by the same name in config.json, under
/// <c>quantization_config.sparsity_config.format</c>.
/// </summary>
public sealed record CompressedTensorsFormat
{
    private CompressedTensorsFormat(string name) => Name = name;

    /// <summary>
    /// One bit a weight, the survivors, and for each row the survivors before it; any rank from 1. The <c>sparsity_structure</c> that goes
    /// with it is <c>unstructured</c>.
    /// </summary>
    public static CompressedTensorsFormat SparseBitmask { get; } = new("sparse-bitmask");

    /// <summary>
    /// One bit a weight and exactly two weights of each four along a row, zeros among them where fewer survive; matrices only. The
    /// <c>sparsity_structure</c> that goes with it is <c>2:4</c>.
    /// </summary>
    public static CompressedTensorsFormat Sparse24Bitmask { get; } = new("sparse-24-bitmask");

    /// <summary>Name, as in config.json.</summary>
    public string Name { get; }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">There is no such format.</exception>
    public static CompressedTensorsFormat Parse(string text) =>
        text == SparseBitmask.Name ? SparseBitmask
        : text == Sparse24Bitmask.Name ? Sparse24Bitmask
        : throw new FormatException($"There is no format {text}. Use {SparseBitmask} or {Sparse24Bitmask}.");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
