namespace PruneSharp.Kernels;

/// <summary>Reads a layer with weights: Conv, Gemm or MatMul.</summary>
internal static class LayerReader
{
    /// <summary>Packs the weights of a layer that the engine understands.</summary>
    public static WeightOperation Read(LayerNode node, LayerGraph graph)
    {
        ReadOnlySpan<float> values = Canonical(node, graph, out ConvShape shape);
        float[] bias = new float[shape.OutChannels];
        if (node.Input(2).Length > 0) graph.Constants[node.Input(2)].Values.Span.CopyTo(bias);
        return new WeightOperation(node.Outputs[0], [node.Inputs[0]], node.Title, RowPattern.Pack(shape, values), bias, default);
    }

    /// <summary>How the weights of a layer are held, in words.</summary>
    public static string Format(LayerNode node, LayerGraph graph)
    {
        ReadOnlySpan<float> values = Canonical(node, graph, out ConvShape shape);
        int block = RowPattern.ChooseBlock(shape, values);
        return block == 1 ? "rows" : $"{block}x1 blocks";
    }

    // The weights as [out, in / groups, kernel height, kernel width].
    private static ReadOnlySpan<float> Canonical(LayerNode node, LayerGraph graph, out ConvShape shape)
    {
        LayerConstant weights = graph.Constants[node.Inputs[1]];
        ReadOnlySpan<float> values = weights.Values.Span;
        if (node.Operator == "Conv")
        {
            shape = Window(node, (int)weights.Shape[0], (int)weights.Shape[1], [weights.Shape[2], weights.Shape[3]]);
        }
        else
        {
            bool byOutput = node.Operator == "Gemm" && node.Integers("transB", 0)[0] != 0;
            (int first, int second) = ((int)weights.Shape[0], (int)weights.Shape[1]);
            shape = byOutput ? new ConvShape(first, second) : new ConvShape(second, first);
            if (!byOutput) values = Transposed(values, first, second);
        }

        return values;
    }

    /// <summary>The window of a Conv or a pool.</summary>
    public static ConvShape Window(LayerNode node, int outChannels, int inChannelsPerGroup, ReadOnlySpan<long> kernel)
    {
        int groups = (int)node.Integers("group", 1)[0];
        var strides = node.Integers("strides", 1, 1);
        var dilations = node.Integers("dilations", 1, 1);
        var pads = node.Text("auto_pad", "NOTSET") switch
        {
            "SAME_UPPER" => Same(kernel, dilations.AsSpan(), upper: true),
            "SAME_LOWER" => Same(kernel, dilations.AsSpan(), upper: false),
            "VALID" => [0, 0, 0, 0],
            _ => node.Integers("pads", 0, 0, 0, 0).ToArray(),
        };
        return new ConvShape(outChannels, inChannelsPerGroup * groups)
        {
            Groups = groups,
            KernelHeight = (int)kernel[0],
            KernelWidth = (int)kernel[1],
            StrideY = (int)strides[0],
            StrideX = (int)strides[1],
            DilationY = (int)dilations[0],
            DilationX = (int)dilations[1],
            PadTop = (int)pads[0],
            PadLeft = (int)pads[1],
            PadBottom = (int)pads[2],
            PadRight = (int)pads[3],
        };
    }

    // The pads of stride 1 that leave the size as it is.
    private static long[] Same(ReadOnlySpan<long> kernel, ReadOnlySpan<long> dilations, bool upper)
    {
        long[] pads = new long[4];
        for (int axis = 0; axis < 2; axis++)
        {
            long total = (kernel[axis] - 1) * dilations[axis];
            pads[axis] = upper ? total / 2 : total - (total / 2);
            pads[axis + 2] = total - pads[axis];
        }

        return pads;
    }

    private static float[] Transposed(ReadOnlySpan<float> values, int rows, int columns)
    {
        float[] turned = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) turned[(column * rows) + row] = values[(row * columns) + column];
        }

        return turned;
    }
}
