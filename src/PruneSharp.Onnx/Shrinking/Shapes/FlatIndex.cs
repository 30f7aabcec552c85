namespace PruneSharp.Onnx;

/// <summary>Positions in small tensors: by axis, and in storage order (the last axis runs fastest).</summary>
internal static class FlatIndex
{
    /// <summary>The values at all positions, in storage order.</summary>
    public static long[] Fill(long[] dims, Func<long[], long> at)
    {
        var values = new long[Dimensions.Count(dims) ?? 0];
        for (int flat = 0; flat < values.Length; flat++)
            values[flat] = at(Unravel(flat, dims));
        return values;
    }

    /// <summary>The position by axis.</summary>
    public static long[] Unravel(long flat, long[] dims)
    {
        var position = new long[dims.Length];
        for (int axis = dims.Length - 1; axis >= 0; axis--)
            (flat, position[axis]) = Math.DivRem(flat, dims[axis]);
        return position;
    }

    /// <summary>The place in storage. A longer position is aligned at the last axis, and axes of size 1 are broadcast.</summary>
    public static long Of(long[] position, long[] dims)
    {
        long flat = 0;
        for (int axis = 0; axis < dims.Length; axis++)
            flat = flat * dims[axis] + (dims[axis] == 1 ? 0 : position[position.Length - dims.Length + axis]);
        return flat;
    }
}
