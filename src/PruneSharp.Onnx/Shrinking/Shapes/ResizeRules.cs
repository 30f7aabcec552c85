namespace PruneSharp.Onnx;

/// <summary>Interpolation to given sizes, or by given constant factors.</summary>
internal static class ResizeRules
{
    /// <summary>Sizes, or scales; cropping and kept aspect ratios are unknown.</summary>
    public static long[]?[]? Resize(NodeShapes node)
    {
        if (node.Dims(0) is not { } dims || node.Text("coordinate_transformation_mode", "") == "tf_crop_and_resize")
            return null;
        if ((node.Ints("axes") is { } given ? Dimensions.Axes(given, dims.Length) : [.. Enumerable.Range(0, dims.Length)]) is not { } axes)
            return null;
        bool old = node.Opset < 11;
        if (!old && node.Has(3) && node.Dims(3) is not [0])
        {
            if (node.Integers(3) is not { } sizes || sizes.Length != axes.Length || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
                return null;
            for (int i = 0; i < axes.Length; i++)
                dims[axes[i]] = sizes[i];
            return [dims];
        }

        return node.Floats("scales", old ? 1 : 2) is { } scales ? Scaled(dims, axes, scales) : null;
    }

    /// <summary>The deprecated form of Resize.</summary>
    public static long[]?[]? Upsample(NodeShapes node) =>
        node.Dims(0) is { } dims && node.Floats("scales", 1) is { } scales ? Scaled(dims, [.. Enumerable.Range(0, dims.Length)], scales) : null;

    private static long[]?[]? Scaled(long[] dims, int[] axes, float[] scales)
    {
        if (scales.Length != axes.Length || !scales.All(scale => scale > 0 && scale < 1e6f))
            return null;
        for (int i = 0; i < axes.Length; i++)
            dims[axes[i]] = checked((long)(dims[axes[i]] * scales[i]));
        return [dims];
    }
}
