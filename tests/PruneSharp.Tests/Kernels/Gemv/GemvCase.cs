using PruneSharp.Kernels;

namespace PruneSharp.Tests;

/// <summary>A pruned layer, an input, and what the product must give: computed with double precision.</summary>
internal sealed unsafe class GemvCase
{
    private readonly double[] _expected;
    private readonly double[] _scale;

    public GemvCase(int outCount, int inCount, Func<int, int, float> weight, int seed = 1)
    {
        var random = new Random(seed);
        (OutCount, InCount) = (outCount, inCount);
        Weights = new float[outCount * inCount];
        for (int i = 0; i < Weights.Length; i++) Weights[i] = weight(i / inCount, i % inCount);
        Bias = [.. Enumerable.Range(0, outCount).Select(_ => random.NextSingle() - 0.5f)];
        X = [.. Enumerable.Range(0, inCount).Select(_ => random.NextSingle() * 2 - 1)];
        _expected = new double[outCount];
        _scale = new double[outCount];
        for (int row = 0; row < outCount; row++)
        {
            (_expected[row], _scale[row]) = (Bias[row], Math.Abs(Bias[row]));
            for (int column = 0; column < inCount; column++)
            {
                double term = (double)Weights[row * inCount + column] * X[column];
                _expected[row] += term;
                _scale[row] += Math.Abs(term);
            }
        }
    }

    public int OutCount { get; }

    public int InCount { get; }

    public float[] Weights { get; }

    public float[] Bias { get; }

    public float[] X { get; }

    /// <summary>Independent weights, or blocks of rows that are kept and pruned together.</summary>
    public static GemvCase Random(int outCount, int inCount, double sparsity, int blockHeight = 1, int seed = 1)
    {
        var random = new Random(seed);
        var kept = new Dictionary<(int, int), bool>();
        return new GemvCase(outCount, inCount, (row, column) =>
        {
            var block = (row / blockHeight, column);
            if (!kept.TryGetValue(block, out bool keep)) kept[block] = keep = random.NextDouble() >= sparsity;
            return keep ? random.NextSingle() - 0.5f : 0;
        }, seed);
    }

    public SparseVectorProduct Pack(VectorProductFormat format, ValueStorage storage = ValueStorage.Float32) =>
        SparseVectorProduct.Pack(Weights, Bias, OutCount, InCount, format, storage);

    /// <summary>Runs all parts, the fast way and by the reference; the tolerance is relative to the sum of magnitudes.</summary>
    public void Check(SparseVectorProduct product, double tolerance = 1e-5)
    {
        Assert.Equal(Run(product, scalar: true), Run(product, scalar: false), (a, b) => Near(a, b, tolerance));
        var outputs = Run(product, scalar: false);
        for (int row = 0; row < OutCount; row++)
            Assert.True(Math.Abs(outputs[row] - _expected[row]) <= tolerance * _scale[row] + 1e-30,
                $"{product.Format} [{OutCount}, {InCount}], row {row}: {outputs[row]}, expected {_expected[row]}.");
    }

    /// <summary>The outputs of all parts, from a buffer that held NaN.</summary>
    public float[] Run(SparseVectorProduct product, bool scalar)
    {
        var y = new float[OutCount];
        Array.Fill(y, float.NaN);
        fixed (float* from = X, to = y)
        {
            if (scalar) product.RunScalar(from, to, 0, product.PartCount);
            else product.Run(from, to, 0, product.PartCount);
        }
        return y;
    }

    private bool Near(float a, float b, double tolerance) => Math.Abs(a - b) <= 2 * tolerance * _scale.Max() + 1e-30;
}
