namespace PruneSharp.Onnx;

/// <summary>Convolutions and pools: [batch, channels, spatial axes …].</summary>
internal static class WindowRules
{
    /// <summary>Convolution with the weights [outChannels, inChannels / group, kernel …] in the given input.</summary>
    public static ShapeRule Conv(int weights) => node =>
        node.Dims(0) is { Length: >= 3 } x && node.Dims(weights) is { } w && w.Length == x.Length && w[1] * node.Int("group", 1) == x[1]
        && Windows(node, x, node.Ints("kernel_shape") ?? w[2..], ceiling: false) is { } spatial
            ? [[x[0], w[0], .. spatial]]
            : null;

    /// <summary>Transposed convolution: weights [inChannels, outChannels / group, kernel …].</summary>
    public static long[]?[]? ConvTranspose(NodeShapes node)
    {
        if (node.Dims(0) is not { Length: >= 3 } x || node.Dims(1) is not { } w || w.Length != x.Length || w[0] != x[1])
            return null;
        int axes = x.Length - 2;
        var kernel = node.Ints("kernel_shape") ?? w[2..];
        long[] strides = Filled(node, "strides", axes, 1), dilations = Filled(node, "dilations", axes, 1), pads = Filled(node, "pads", 2 * axes, 0), extra = Filled(node, "output_padding", axes, 0);
        var shape = node.Ints("output_shape");
        bool same = node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal);
        var spatial = new long[axes];
        for (int i = 0; i < axes; i++)
        {
            long whole = checked(strides[i] * (x[i + 2] - 1) + extra[i] + dilations[i] * (kernel[i] - 1) + 1);
            spatial[i] = checked(shape is not null ? shape[^(axes - i)] : same ? Math.Min(whole, x[i + 2] * strides[i]) : whole - pads[i] - pads[i + axes]);
        }

        return [[x[0], checked(w[1] * node.Int("group", 1)), .. spatial]];
    }

    /// <summary>Pooling; the indices of a maximum have the same dimensions.</summary>
    public static long[]?[]? Pool(NodeShapes node) =>
        node.Dims(0) is { Length: >= 3 } x && node.Ints("kernel_shape") is { } kernel && Windows(node, x, kernel, node.Int("ceil_mode", 0) == 1) is { } spatial
            ? [.. Enumerable.Repeat<long[]>([x[0], x[1], .. spatial], node.OutputCount)]
            : null;

    /// <summary>Pooling to one value by channel.</summary>
    public static long[]?[]? GlobalPool(NodeShapes node) =>
        node.Dims(0) is { Length: >= 2 } x ? [[.. x.Select((dim, i) => i < 2 ? dim : 1)]] : null;

    /// <summary>Samples at a grid [batch, spatial axes …, coordinates].</summary>
    public static long[]?[]? GridSample(NodeShapes node) =>
        node.Dims(0) is { Length: >= 3 } x && node.Dims(1) is { } grid && grid.Length == x.Length ? [[x[0], x[1], .. grid[1..^1]]] : null;

    /// <summary>[regions, channels, height, width].</summary>
    public static long[]?[]? RoiAlign(NodeShapes node) =>
        node.Dims(0) is { Length: 4 } x && node.Dims(1) is { Length: 2 } regions ? [[regions[0], x[1], node.Int("output_height", 1), node.Int("output_width", 1)]] : null;

    private static long[]? Windows(NodeShapes node, long[] x, long[] kernel, bool ceiling)
    {
        int axes = x.Length - 2;
        string padding = node.Text("auto_pad", "NOTSET");
        long[] strides = Filled(node, "strides", axes, 1), dilations = Filled(node, "dilations", axes, 1);
        long[] pads = padding == "VALID" ? new long[2 * axes] : Filled(node, "pads", 2 * axes, 0);
        var spatial = new long[axes];
        for (int i = 0; i < axes; i++)
        {
            long size = x[i + 2], stride = strides[i];
            long rest = checked(size + pads[i] + pads[i + axes] - dilations[i] * (kernel[i] - 1) - 1);
            if (stride < 1 || kernel[i] < 1 || dilations[i] < 1)
                return null;
            if (padding.StartsWith("SAME", StringComparison.Ordinal))
                spatial[i] = (size + stride - 1) / stride;
            else if (rest < 0)
                return null;
            else
                spatial[i] = rest / stride + 1 + (ceiling && rest % stride != 0 && (rest / stride + 1) * stride < size + pads[i] ? 1 : 0);
        }

        return spatial;
    }

    private static long[] Filled(NodeShapes node, string attribute, int count, long otherwise) =>
        node.Ints(attribute) is { Length: > 0 } given ? given : [.. Enumerable.Repeat(otherwise, count)];
}
