namespace PruneSharp.Onnx;

/// <summary>What stands for 0 in quantised constants.</summary>
internal static class ZeroPoints
{
    /// <summary>The byte that stands for 0 at an index of an axis; 0 for floating-point values and where there is no zero point.</summary>
    public static byte Of(OnnxModel model, GraphTensor tensor, int axis, int index)
    {
        if (tensor.Stored!.ElementType is not null)
            return 0;
        foreach (var (node, input) in tensor.Uses)
        {
            int at = (node.Op, input) switch
            {
                ("DequantizeLinear", 0) => 2,
                ("QLinearConv", 3) or ("QLinearMatMul", 3) => 5,
                ("ConvInteger", 1) or ("MatMulInteger", 1) => 3,
                ("DynamicQuantizeMatMul", 1) => 3,
                _ => -1,
            };
            if (at < 0 || node.Input(at) is not { IsConstant: true, Stored: { } stored } zero || TensorBytes.ElementBytes(stored) != 1)
                continue;
            byte[] points = TensorBytes.Read(model, stored);
            if (points.Length == 1)
                return points[0];
            // One for each output: all of them are the same in practice, and an input channel has no other choice.
            return zero.Dims![0] == tensor.Dims![axis] && index < points.Length ? points[index] : points[0];
        }

        return 0;
    }
}
