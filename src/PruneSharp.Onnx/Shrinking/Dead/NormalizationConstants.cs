namespace PruneSharp.Onnx;

/// <summary>Channels of BatchNormalization and InstanceNormalization whose scale is zero, or whose input is constant.</summary>
internal static class NormalizationConstants
{
    /// <summary>Sets the constant channels.</summary>
    public static void Set(GraphNode node, SlotConstants constants, double threshold)
    {
        if (node.Input(0) is not { Rank: > 1 } x || node.Input(1) is not { Rank: 1 } scale || node.Input(2) is not { Rank: 1 } bias || node.Output(0) is not { } y || node.Int("training_mode", 0) != 0)
            return;
        double epsilon = ElementFunctions.Attribute(node, "epsilon", 1e-5f);
        bool batch = node.Op == "BatchNormalization";
        if (batch && (node.Input(3) is not { Rank: 1 } || node.Input(4) is not { Rank: 1 }))
            return;
        int channels = x.Dims![1];
        double[] factors = [.. Enumerable.Range(0, channels).Select(i => constants[scale, 0, i] / (batch ? Math.Sqrt(constants[node.Input(4)!, 0, i] + epsilon) : 1))];
        double most = factors.Max(factor => double.IsNaN(factor) ? 0 : Math.Abs(factor));
        for (int i = 0; i < channels; i++)
        {
            double input = constants[x, 1, i], mean = batch ? constants[node.Input(3)!, 0, i] : input;
            bool zero = factors[i] == 0 || (double.IsFinite(most) && Math.Abs(factors[i]) <= threshold * most);
            if (zero && factors[i] != 0 && double.IsNaN(input))
                input = mean; // what is left of the input is as small as the scale
            constants[y, 1, i] = (float)((factors[i] == 0 ? 0 : factors[i] * (input - mean)) + constants[bias, 0, i]);
        }
    }
}
