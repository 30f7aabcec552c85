using PruneSharp.Kernels;

namespace PruneSharp.Tests;

public sealed class GemvChoiceTests
{
    [Theory]
    [InlineData(8, "8x1 blocks")]
    [InlineData(4, "4x1 blocks")]
    public void Pack_recognises_blocks(int blockHeight, string format)
    {
        var layer = GemvCase.Random(64, 200, 0.8, blockHeight);
        using var product = SparseVectorProduct.Pack(layer.Weights, layer.Bias, 64, 200);
        Assert.Equal(format, product.Format);
        layer.Check(product);
    }

    [Theory]
    [InlineData(0.7, true)]
    [InlineData(0.99, false)]
    public void Pack_takes_windows_while_they_are_full_enough(double sparsity, bool window)
    {
        var layer = GemvCase.Random(256, 400, sparsity);
        using var product = SparseVectorProduct.Pack(layer.Weights, layer.Bias, 256, 400);
        Assert.Equal(window && WindowProduct<Float32Values>.IsSupported ? "window" : "interleaved rows", product.Format);
        layer.Check(product);
    }

    [Fact]
    public void Pack_counts_fewer_bytes_for_smaller_values()
    {
        var layer = GemvCase.Random(256, 400, 0.8);
        using var full = layer.Pack(VectorProductFormat.Window);
        using var half = layer.Pack(VectorProductFormat.Window, ValueStorage.Float16);
        using var eighth = layer.Pack(VectorProductFormat.Window, ValueStorage.Int8);
        Assert.True(full.Bytes > half.Bytes && half.Bytes > eighth.Bytes);
    }

    [Theory]
    [InlineData(ValueStorage.Float16, 1.0 / 2048)]
    [InlineData(ValueStorage.Int8, 1.0 / 100)]
    public void Run_with_smaller_values_stays_within_their_rounding(ValueStorage storage, double tolerance)
    {
        foreach (var format in Enum.GetValues<VectorProductFormat>())
            foreach (float size in new[] { 1e-6f, 1, 1e6f })
            {
                var random = GemvCase.Random(45, 333, 0.8);
                var layer = new GemvCase(45, 333, (row, column) => random.Weights[row * 333 + column] * size);
                using var product = layer.Pack(format, storage);
                layer.Check(product, tolerance);
            }
    }

    [Fact]
    public void Pack_refuses_counts_that_do_not_fit()
    {
        Assert.Throws<ArgumentException>(() => SparseVectorProduct.Pack(new float[5], [], 2, 3));
        Assert.Throws<ArgumentException>(() => SparseVectorProduct.Pack(new float[6], new float[3], 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseVectorProduct.Pack([], [], -1, 3));
    }
}
