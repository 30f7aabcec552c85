namespace PruneSharp.Onnx;

/// <summary>What stands for 0 in a constant: one byte for all, or one for each index of an axis.</summary>
/// <param name="Points">The bytes.</param>
/// <param name="Axis">The axis that they are for, where there are several.</param>
internal sealed record ZeroPoints(byte[] Points, int Axis)
{
    /// <summary>The zero points of a quantised constant; 0 for floating-point values and where there are none.</summary>
    public static ZeroPoints Of(OnnxModel model, GraphTensor tensor)
    {
        foreach (var (node, input) in tensor.Uses.Where(_ => tensor.Stored!.ElementType is null))
        {
            var (at, axis) = (node.Op, input) switch
            {
                ("DequantizeLinear", 0) => (2, GraphNode.Axis(node.Int("axis", 1), tensor.Rank)),
                ("QLinearConv", 3) => (5, 0),
                ("ConvInteger", 1) => (3, 0),
                ("QLinearMatMul", 3) => (5, tensor.Rank - 1),
                ("MatMulInteger" or "DynamicQuantizeMatMul", 1) => (3, tensor.Rank - 1),
                _ => (-1, 0),
            };
            if (node.Input(at) is { IsConstant: true, Stored: { } stored } && TensorBytes.ElementBytes(stored) == 1 && TensorBytes.Read(model, stored) is { Length: > 0 } points
                && (points.Length == 1 || points.Length == tensor.Dims!.ElementAtOrDefault(axis)))
                return new(points, axis);
        }

        return new([0], 0);
    }

    /// <summary>Writes what stands for 0 into a run of a constant's bytes.</summary>
    /// <param name="run">The bytes.</param>
    /// <param name="at">Where they start in the constant.</param>
    /// <param name="dims">The constant's dimensions; where there are several zero points its elements are bytes.</param>
    public void Fill(Span<byte> run, long at, IReadOnlyList<int> dims)
    {
        if (Points.Length == 1)
        {
            run.Fill(Points[0]);
            return;
        }

        long stride = dims.Skip(Axis + 1).Aggregate(1L, (product, dim) => product * dim);
        for (int i = 0; i < run.Length; i++)
            run[i] = Points[(at + i) / stride % Points.Length];
    }
}
