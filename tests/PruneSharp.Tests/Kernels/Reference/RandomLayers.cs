namespace PruneSharp.Tests.Kernels;

/// <summary>Random layers from a seed.</summary>
internal sealed class RandomLayers(int seed)
{
    private static readonly string[] _activations = ["Relu", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Gelu", "Clip", "Silu", "None", "None"];

    public Random Random { get; } = new(seed);

    public GraphSketch Sketch { get; } = new();

    public int Next(int low, int high) => Random.Next(low, high + 1);

    public T Pick<T>(params T[] choices) => choices[Random.Next(choices.Length)];

    /// <summary>Multiples of a power of two whose sum over a row is about 1; zeros alone, or in blocks of outputs of one place.</summary>
    public float[] Weights(int rows, int rowLength)
    {
        double sparsity = Pick(0.0, 0.3, 0.5, 0.8, 0.95, 1.0);
        int block = Pick(1, 1, 2, 4);
        double scale = Math.Pow(2, -Math.Round(Math.Log2(Math.Max(1, Math.Sqrt(rowLength * (1 - sparsity)))))) / 8;
        float[] weights = new float[rows * rowLength];
        for (int row = 0; row < rows; row += block)
        {
            for (int place = 0; place < rowLength; place++)
            {
                if (Random.NextDouble() < sparsity) continue;
                for (int i = row; i < Math.Min(rows, row + block); i++) weights[(i * rowLength) + place] = (float)(Next(-8, 8) * scale);
            }
        }

        return weights;
    }

    public float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => Next(-8, 8) / 8f)];

    /// <summary>A convolution of a value whose output has at least one pixel; of its own size where it has to be added to the value.</summary>
    public string Conv(string x, bool sameSize = false, int mostKernel = 7)
    {
        int channels = (int)Sketch.Shape(x)[1];
        long[] kernel = [Next(1, mostKernel), Next(1, mostKernel)], dilations = [Next(1, 3), Next(1, 3)], strides = sameSize ? [1, 1] : [Next(1, 3), Next(1, 3)];
        int groups = sameSize ? Pick(1, channels) : Pick([1, 1, 1, .. Enumerable.Range(1, channels).Where(g => channels % g == 0)]);
        int outChannels = sameSize ? channels : Next(0, 2) > 0 ? Math.Max(1, Next(1, 20) / groups) * groups : groups;
        long[] pads = new long[4];
        for (int axis = 0; axis < 2; axis++)
        {
            long reach = (kernel[axis] - 1) * dilations[axis];
            pads[axis] = sameSize ? Next(0, (int)reach) : Next(0, (int)Math.Min(reach, 6));
            pads[axis + 2] = sameSize ? reach - pads[axis] : Next(0, (int)Math.Min(reach, 6));
            long missing = reach + 1 - Sketch.Shape(x)[2 + axis] - pads[axis] - pads[axis + 2];
            if (missing > 0) pads[axis + 2] += missing;
        }

        long[] shape = [outChannels, channels / groups, .. kernel];
        return Sketch.Conv(x, shape, Weights(outChannels, Tensor.Count(shape[1..])), Next(0, 1) > 0 ? Values(outChannels) : null, groups, strides, dilations, pads);
    }

    /// <summary>A pool each of whose windows holds a pixel: with padding or with dilation.</summary>
    public string MaxPool(string x)
    {
        bool padded = Next(0, 2) > 0;
        long[] kernel = [Next(1, 4), Next(1, 4)], dilations = padded ? [1, 1] : [Next(1, 2), Next(1, 2)];
        long[] pads = padded ? [Next(0, (int)kernel[0] - 1), Next(0, (int)kernel[1] - 1), Next(0, (int)kernel[0] - 1), Next(0, (int)kernel[1] - 1)] : [0, 0, 0, 0];
        bool fits = Enumerable.Range(0, 2).All(axis => Sketch.Shape(x)[2 + axis] + pads[axis] + pads[axis + 2] > (kernel[axis] - 1) * dilations[axis]);
        return fits ? Sketch.MaxPool(x, kernel, [Next(1, 3), Next(1, 3)], pads, dilations) : Sketch.MaxPool(x, [1, 1]);
    }

    public string Activation(string x)
    {
        string name = Pick(_activations);
        return name switch
        {
            "None" => x,
            "Silu" => Sketch.Each("Mul", x, Sketch.Each("Sigmoid", x)),
            "Clip" => Sketch.Each("Clip", x, Next(0, 2) > 0 ? Sketch.Constant([], -0.5f) : "", Sketch.Constant([], 1.5f)),
            _ => Sketch.Each(name, x),
        };
    }

    public string Normalization(string x)
    {
        int channels = (int)Sketch.Shape(x)[1];
        return Sketch.Each("BatchNormalization", x, Sketch.Row(Values(channels)), Sketch.Row(Values(channels)), Sketch.Row(Values(channels)), Sketch.Row([.. Values(channels).Select(v => 1 + (v * v))]));
    }
}
