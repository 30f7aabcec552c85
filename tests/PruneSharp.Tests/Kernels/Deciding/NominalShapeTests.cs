using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class NominalShapeTests
{
    private readonly GraphSketch _sketch = new();

    [Theory]
    [InlineData(new long[] { -1, 2 }, new long[] { 128, 2 })]
    [InlineData(new long[] { 7, 2 }, new long[] { 7, 2 })]
    [InlineData(new long[] { -1, -1, 2 }, new long[] { 1, 128, 2 })]
    [InlineData(new long[] { -1, 197, 2 }, new long[] { 1, 197, 2 })]
    [InlineData(new long[] { 197, -1, 2 }, new long[] { 197, 1, 2 })] // rows first, as some transformers have them
    [InlineData(new long[] { -3, 1, -2 }, new long[] { 1, 1, 2 })]
    public void Of_matrix_is_one_batch_of_rows(long[] known, long[] expected)
    {
        string x = _sketch.Input("x", known);
        Assert.Equal(expected, NominalShape.Of(_sketch.Graph(_sketch.MatMul(x, [2, 1], 1, 1)), x));
    }

    [Theory]
    [InlineData(new long[] { -1, 2, -1, -1 }, new long[] { 1, 2, 224, 224 })]
    [InlineData(new long[] { -1, -1, 9, -1 }, new long[] { 1, 2, 9, 224 })]
    [InlineData(new long[] { 4, 2, 9, 9 }, new long[] { 4, 2, 9, 9 })]
    public void Of_image_is_one_image(long[] known, long[] expected)
    {
        string x = _sketch.Input("x", known);
        Assert.Equal(expected, NominalShape.Of(_sketch.Graph(_sketch.Conv(x, [1, 2, 1, 1], [1, 1])), x));
    }
}
