using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime;

/// <summary>
/// Sizes for dynamic dimensions. A name (or, where the model gives none, <c>input.axis</c>) has one size everywhere: the given one, else 1
/// for axis 0 and names with "batch", 16 for sequences, and for the height and width of images the first of a few usual sizes that runs.
/// </summary>
internal sealed class InputDims(IReadOnlyDictionary<string, int> given, int imageSize)
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
                : given.TryGetValue(symbol, out int size) ? size
                : axis == 0 || symbol.Contains("batch", StringComparison.OrdinalIgnoreCase) ? 1
                : shape.Length != 4 ? 16
                : axis == 1 && metadata.Dimensions[3] is not (1 or 3 or 4) ? 3
                : imageSize;
        }

        return shape;
    }

    /// <summary>Names that can be given sizes.</summary>
    public static IEnumerable<string> Symbols(IReadOnlyDictionary<string, NodeMetadata> inputs) =>
        inputs.SelectMany(i => Enumerable.Range(0, i.Value.Dimensions.Length).Where(axis => i.Value.Dimensions[axis] < 0).Select(axis => Symbol(i.Key, i.Value, axis))).Distinct(StringComparer.Ordinal);

    private static string Symbol(string input, NodeMetadata metadata, int axis) =>
        metadata.SymbolicDimensions.ElementAtOrDefault(axis) is { Length: > 0 } name ? name : $"{input}.{axis}";
}
