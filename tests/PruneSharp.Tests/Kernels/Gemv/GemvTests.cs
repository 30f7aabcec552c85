using PruneSharp.Kernels;

namespace PruneSharp.Tests;

public sealed unsafe class GemvTests
{
    public static TheoryData<string> Formats => [.. Enum.GetNames<VectorProductFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_is_near_the_reference_at_every_small_size(string format)
    {
        for (int outCount = 0; outCount <= 33; outCount++)
            for (int inCount = 0; inCount <= 33; inCount++)
            {
                var layer = GemvCase.Random(outCount, inCount, 0.6, seed: outCount * 34 + inCount);
                using var product = layer.Pack(Parse(format));
                layer.Check(product);
            }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_is_near_the_reference_at_every_sparsity(string format)
    {
        foreach (double sparsity in new[] { 0, 0.3, 0.5, 0.8, 0.9, 0.95, 0.98, 0.999, 1 })
            foreach (int blockHeight in new[] { 1, 4, 8 })
            {
                var layer = GemvCase.Random(67, 301, sparsity, blockHeight);
                using var product = layer.Pack(Parse(format));
                layer.Check(product);
            }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_reaches_columns_that_lie_far_apart(string format)
    {
        foreach (int distance in new[] { 254, 255, 256, 257, 263, 510, 511, 600, 999 })
        {
            var layer = new GemvCase(3, 1000, (row, column) => column % distance == 0 ? row + 1.5f : 0);
            using var product = layer.Pack(Parse(format));
            layer.Check(product);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_reaches_columns_beyond_16_bits(string format)
    {
        var layer = new GemvCase(9, 65536 + 40, (row, column) => (column * 7 + row) % 9973 == 0 || column > 65536 + 30 ? 1 + row : 0);
        using var product = layer.Pack(Parse(format));
        layer.Check(product);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_finds_a_single_weight_anywhere(string format)
    {
        for (int at = 0; at < 11 * 19; at++)
        {
            var layer = new GemvCase(11, 19, (row, column) => row * 19 + column == at ? 2.5f : 0);
            using var product = layer.Pack(Parse(format));
            layer.Check(product);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_gives_the_bias_where_a_row_is_empty(string format)
    {
        var layer = new GemvCase(20, 40, (row, column) => row % 3 == 0 && column % 2 == 0 ? 1 : 0);
        using var product = layer.Pack(Parse(format));
        var y = layer.Run(product, scalar: false);
        for (int row = 0; row < 20; row++)
            if (row % 3 != 0) Assert.Equal(layer.Bias[row], y[row]);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Pack_without_bias_adds_nothing(string format)
    {
        using var product = SparseVectorProduct.Pack(new float[5 * 9], [], 5, 9, Parse(format));
        var x = new float[9];
        var y = new float[5];
        fixed (float* from = x, to = y) product.Run(from, to, 0, product.PartCount);
        Assert.Equal(new float[5], y);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_touches_nothing_outside_its_vectors(string format)
    {
        foreach (bool guardBehind in new[] { true, false })
            for (int inCount = 1; inCount <= 40; inCount++)
                foreach (double sparsity in new[] { 0.0, 0.7, 0.95 })
                {
                    var layer = GemvCase.Random(inCount % 11 + 3, inCount, sparsity, seed: inCount);
                    using var product = layer.Pack(Parse(format));
                    using var x = new GuardedFloats(layer.X, guardBehind);
                    using var y = new GuardedFloats(new float[layer.OutCount], guardBehind);
                    product.Run(x.Start, y.Start, 0, product.PartCount);
                    Assert.Equal(layer.Run(product, scalar: false), y.Span.ToArray());
                }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_of_parts_in_any_order_gives_the_same_bits_and_writes_no_other_outputs(string format)
    {
        var layer = GemvCase.Random(1000, 64, 0.8);
        using var product = layer.Pack(Parse(format));
        Assert.InRange(product.PartCount, 2, 250);
        var whole = layer.Run(product, scalar: false);
        var y = new float[1000];
        Array.Fill(y, float.NaN);
        fixed (float* from = layer.X, to = y)
            for (int part = product.PartCount - 1; part >= 0; part--)
            {
                int before = y.Count(float.IsNaN);
                product.Run(from, to, part, part + 1);
                Assert.InRange(before - y.Count(float.IsNaN), 1, 64);
            }
        Assert.Equal(whole, y);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Run_keeps_infinite_and_NaN_weights_in_their_row(string format)
    {
        var layer = new GemvCase(10, 30, (row, column) => (row, column) switch
        {
            (2, 7) => float.PositiveInfinity,
            (5, 29) => float.NaN,
            _ => (row + column) % 3 == 0 ? 1 : 0,
        });
        foreach (var storage in Enum.GetValues<ValueStorage>())
        {
            using var product = layer.Pack(Parse(format), storage);
            var y = layer.Run(product, scalar: false);
            Assert.Equal(layer.X[7] * float.PositiveInfinity, y[2]);
            Assert.True(float.IsNaN(y[5]));
            Assert.Equal(8, y.Count(float.IsFinite));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Dispose_can_be_called_twice_and_ends_Run(string format)
    {
        var product = GemvCase.Random(8, 16, 0.5).Pack(Parse(format));
        product.Dispose();
        product.Dispose();
        Assert.Throws<ObjectDisposedException>(() => product.Run(null, null, 0, 0));
    }

    [Fact]
    public void Run_refuses_parts_that_do_not_exist()
    {
        using var product = GemvCase.Random(8, 16, 0.5).Pack(VectorProductFormat.Interleaved);
        Assert.Throws<ArgumentOutOfRangeException>(() => product.Run(null, null, 0, product.PartCount + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => product.Run(null, null, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => product.Run(null, null, 1, 0));
    }

    private static VectorProductFormat Parse(string format) => Enum.Parse<VectorProductFormat>(format);
}
