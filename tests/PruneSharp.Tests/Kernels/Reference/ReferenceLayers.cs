namespace PruneSharp.Tests.Kernels;

/// <summary>Layers by their definitions: no zero is skipped, nothing is cut or kept in another order.</summary>
internal static class ReferenceLayers
{
    /// <summary>Visits every window of x [batch, channels, height, width]: the image, the output's row and column and the taps inside, as (tap, offset in the plane).</summary>
    public static (long Height, long Width) Windows(long[] x, long[] kernel, long[] strides, long[] dilations, long[] pads, Action<long, long, long, List<(int Tap, int Place)>> visit)
    {
        long height = Out(x[2] + pads[0] + pads[2], kernel[0], dilations[0], strides[0]), width = Out(x[3] + pads[1] + pads[3], kernel[1], dilations[1], strides[1]);
        for (long row = 0; row < height; row++)
        {
            for (long column = 0; column < width; column++)
            {
                List<(int, int)> taps = [];
                for (int tap = 0; tap < kernel[0] * kernel[1]; tap++)
                {
                    long y = (row * strides[0]) + (tap / kernel[1] * dilations[0]) - pads[0], z = (column * strides[1]) + (tap % kernel[1] * dilations[1]) - pads[1];
                    if (y >= 0 && y < x[2] && z >= 0 && z < x[3]) taps.Add((tap, (int)((y * x[3]) + z)));
                }

                for (long image = 0; image < x[0]; image++) visit(image, row, column, taps);
            }
        }

        return (height, width);
    }

    public static Tensor Conv(Tensor x, Tensor weights, double[] bias, long groups, long[] strides, long[] dilations, long[] pads)
    {
        long[] w = weights.Shape;
        int plane = (int)(x.Shape[2] * x.Shape[3]), taps = (int)(w[2] * w[3]);
        Dictionary<(long, long, long, long), double> sums = [];
        var (height, width) = Windows(x.Shape, [w[2], w[3]], strides, dilations, pads, (image, row, column, inside) =>
        {
            for (long channel = 0; channel < w[0]; channel++)
            {
                long group = channel / (w[0] / groups);
                double sum = bias[channel];
                for (long from = 0; from < w[1]; from++)
                {
                    long start = ((image * x.Shape[1]) + (group * w[1]) + from) * plane;
                    foreach (var (tap, place) in inside) sum += weights.Values[(((channel * w[1]) + from) * taps) + tap] * x.Values[start + place];
                }

                sums[(image, channel, row, column)] = sum;
            }
        });
        return Collect(sums, x.Shape[0], w[0], height, width);
    }

    public static Tensor MaxPool(Tensor x, long[] kernel, long[] strides, long[] dilations, long[] pads)
    {
        int plane = (int)(x.Shape[2] * x.Shape[3]);
        Dictionary<(long, long, long, long), double> most = [];
        var (height, width) = Windows(x.Shape, kernel, strides, dilations, pads, (image, row, column, inside) =>
        {
            for (long channel = 0; channel < x.Shape[1]; channel++)
            {
                long start = ((image * x.Shape[1]) + channel) * plane;
                most[(image, channel, row, column)] = inside.Select(tap => x.Values[start + tap.Place]).DefaultIfEmpty(double.NegativeInfinity).Max();
            }
        });
        return Collect(most, x.Shape[0], x.Shape[1], height, width);
    }

    public static Tensor Mean(Tensor x)
    {
        int plane = (int)(x.Shape[2] * x.Shape[3]);
        return new([x.Shape[0], x.Shape[1], 1, 1], [.. x.Values.Chunk(plane).Select(values => values.Average())]);
    }

    /// <summary>x [..., in] times weights [in, out].</summary>
    public static Tensor Product(Tensor x, Tensor weights, bool transposed, double[] bias)
    {
        int count = (int)x.Shape[^1], columns = (int)weights.Shape[transposed ? 0 : 1];
        Tensor y = new([.. x.Shape[..^1], columns]);
        for (int i = 0; i < y.Values.Length; i++)
        {
            int row = i / columns, column = i % columns;
            double sum = bias[column];
            for (int k = 0; k < count; k++) sum += x.Values[(row * count) + k] * weights.Values[transposed ? (column * count) + k : (k * columns) + column];
            y.Values[i] = sum;
        }

        return y;
    }

    private static long Out(long padded, long kernel, long dilation, long stride)
    {
        long reach = ((kernel - 1) * dilation) + 1;
        return padded < reach ? 0 : ((padded - reach) / stride) + 1;
    }

    private static Tensor Collect(Dictionary<(long, long, long, long), double> values, long batch, long channels, long height, long width)
    {
        Tensor y = new(batch, channels, height, width);
        foreach (var ((image, channel, row, column), value) in values) y.Values[(((((image * channels) + channel) * height) + row) * width) + column] = value;
        return y;
    }
}
