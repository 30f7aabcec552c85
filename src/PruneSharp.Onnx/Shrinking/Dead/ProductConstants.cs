namespace PruneSharp.Onnx;

/// <summary>Outputs of products that are the same for every input: those whose weights are zero, or meet only constant inputs.</summary>
internal static class ProductConstants
{
    /// <summary>Sets the constant outputs of a product with a constant weight.</summary>
    public static void Weighted(WeightedProduct product, SlotConstants constants, double threshold)
    {
        int outputs = product.Output.Dims![product.OutputAxis];
        var sums = new double[outputs];
        for (int pair = 0; pair < product.Largest.Length; pair++)
        {
            double x = constants[product.Data, product.DataAxis, product.Input(pair)];
            if (x == 0 || product.Largest[pair] == 0)
                continue;
            if (!double.IsNaN(x) && product.Uneven is null)
                sums[product.Target(pair)] += x * product.Sums[pair];
            else if (!product.IsZero(product.Largest[pair], threshold))
                sums[product.Target(pair)] = double.NaN;
        }

        var bias = product.Node.Input(2);
        for (int i = 0; i < outputs; i++)
        {
            double added = bias is null ? 0 : product.Node.Op == "Gemm" ? product.BiasScale * constants.Operand(bias, product.Output, 1, i) : constants[bias, 0, i];
            constants[product.Output, product.OutputAxis, i] = (float)((product.Scale * sums[i]) + added);
        }
    }

    /// <summary>Rows, columns and batches of a matrix product whose operand is zero there.</summary>
    public static void Matrices(GraphNode node, SlotConstants constants)
    {
        if (node.Input(0) is not { Rank: > 1 } a || node.Input(1) is not { Rank: > 1 } b || node.Output(0) is not { } y)
            return;
        for (int axis = 0; axis < y.Rank; axis++)
        {
            for (int i = 0; i < y.Dims![axis]; i++)
            {
                bool zero = (axis < y.Rank - 1 && Zero(a, axis, i)) || (axis != y.Rank - 2 && Zero(b, axis, i));
                if (zero)
                    constants[y, axis, i] = 0;
            }
        }

        bool Zero(GraphTensor operand, int axis, int index)
        {
            int own = axis - (y.Rank - operand.Rank);
            return own >= 0 && operand.Dims![own] == y.Dims![axis] && constants[operand, own, index] == 0;
        }
    }
}
