using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Sizes for dynamic dimensions. A name (or, where the model gives none, <c>input.axis</c>) has one size everywhere: the given one, else
/// that of a batch for axis 0 and names with "batch", that of an image for height and width, and that of a sequence for others.
/// </summary>
/// <param name="Given">Sizes by name, from the user.</param>
/// <param name="ImageSize">Height and width: the first of a few usual sizes that runs.</param>
/// <param name="BatchSize">Size of a batch.</param>
/// <param name="SequenceLength">Length of a sequence.</param>
internal sealed record InputDims(IReadOnlyDictionary<string, int> Given, int ImageSize, int BatchSize = 1, int SequenceLength = 16)
{
    /// <summary>Image sizes to try, in order.</summary>
    public static readonly int[] ImageSizes = [224, 64, 32, 320, 640];

    /// <summary>The concrete shape of one input.</summary>
    public long[] Shape(string input, NodeMetadata metadata)
    {
        var shape = new long[metadata.Dimensions.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            string symbol = Symbol(input, metadata, axis);
            shape[axis] = metadata.Dimensions[axis] >= 0 ? metadata.Dimensions[axis]
                : Given.TryGetValue(symbol, out int size) ? size
                : axis == 0 || symbol.Contains("batch", StringComparison.OrdinalIgnoreCase) ? BatchSize
                : shape.Length != 4 ? SequenceLength
                : axis == 1 && metadata.Dimensions[3] is not (1 or 3 or 4) ? 3
                : ImageSize;
        }

        return shape;
    }

    /// <summary>The size of every dynamic dimension, by name.</summary>
    public IReadOnlyDictionary<string, long> Sizes(IReadOnlyDictionary<string, NodeMetadata> inputs)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (input, metadata) in inputs)
            foreach (var (axis, size) in Shape(input, metadata).Index().Where(s => metadata.Dimensions[s.Index] < 0))
                sizes.TryAdd(Symbol(input, metadata, axis), size);
        return sizes;
    }

    /// <summary>Names that can be given sizes.</summary>
    public static IEnumerable<string> Symbols(IReadOnlyDictionary<string, NodeMetadata> inputs) =>
        inputs.SelectMany(i => Enumerable.Range(0, i.Value.Dimensions.Length).Where(axis => i.Value.Dimensions[axis] < 0).Select(axis => Symbol(i.Key, i.Value, axis))).Distinct(StringComparer.Ordinal);

    private static string Symbol(string input, NodeMetadata metadata, int axis) =>
        metadata.SymbolicDimensions.ElementAtOrDefault(axis) is { Length: > 0 } name ? name : $"{input}.{axis}";
}
