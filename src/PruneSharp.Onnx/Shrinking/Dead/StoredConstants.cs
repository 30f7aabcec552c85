namespace PruneSharp.Onnx;

/// <summary>Constants of the file whose elements at an index are all equal: vectors, scalars, slices that are zero.</summary>
internal static class StoredConstants
{
    /// <summary>Reads one constant.</summary>
    public static void Read(OnnxModel model, GraphTensor tensor, SlotConstants constants)
    {
        if (tensor.Stored!.ElementType is null || tensor.Dims!.Contains(0))
            return;
        double[] values = ConstantValues.All(model, tensor);
        if (tensor.Rank == 0)
        {
            constants.SetScalar(tensor, values[0]);
            return;
        }

        int inner = values.Length;
        for (int axis = 0; axis < tensor.Rank; axis++)
        {
            int size = tensor.Dims![axis], run = inner / size;
            for (int index = 0; index < size; index++)
                constants[tensor, axis, index] = Common(values, index * run, run, inner);
            inner = run;
        }
    }

    private static double Common(double[] values, int first, int run, int step)
    {
        double common = values[first];
        for (int at = first; at < values.Length; at += step)
            if (values.AsSpan(at, run).ContainsAnyExcept(common))
                return double.NaN;
        return common;
    }
}
