using System.Collections.Immutable;

namespace PruneSharp.Kernels;

/// <summary>A shape to time a region with.</summary>
internal static class NominalShape
{
    private const long ImageSize = 224;
    private const long RowCount = 128;

    /// <summary>
    /// The shape of an input; dimensions that are not fixed become one image, 224 pixels or 128 rows, and the channels that the layers take. Beside a fixed number of rows, the
    /// dynamic one is a batch: 1.
    /// </summary>
    public static long[] Of(LayerGraph region, string input)
    {
        LayerNode? layer = region.Nodes.FirstOrDefault(node => node.Inputs.Length > 1 && node.Inputs[0] == input && region.Constants.ContainsKey(node.Inputs[1]));
        bool isImage = region.Nodes.Any(node => node.Operator is "Conv" or "MaxPool" or "GlobalAveragePool" or "BatchNormalization");
        long channels = layer is null ? 0 : Channels(layer, region.Constants[layer.Inputs[1]].Shape);
        long[] shape = region.Shapes.TryGetValue(input, out ImmutableArray<long> known) && known.Length > 0 ? [.. known]
            : isImage ? [-1, -1, -1, -1] : [-1, -1];
        bool hasRows = !isImage && shape[..^1].Any(size => size > 1);
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] > 0) continue;
            bool isChannel = axis == (isImage ? 1 : shape.Length - 1);
            shape[axis] = isChannel ? Math.Max(1, channels) : isImage ? (axis == 0 ? 1 : ImageSize) : hasRows || axis < shape.Length - 2 ? 1 : RowCount;
        }

        return shape;
    }

    private static long Channels(LayerNode layer, ImmutableArray<long> weights) => layer.Operator switch
    {
        "Conv" => weights[1] * layer.Integers("group", 1)[0],
        "Gemm" when layer.Integers("transB", 0)[0] != 0 => weights[1],
        _ => weights[0],
    };
}
