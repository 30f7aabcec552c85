namespace PruneSharp.Onnx.Tests;

public sealed class AlignmentTests
{
    [Theory]
    [InlineData(64, 64, 8, 1, 64)] // nothing goes
    [InlineData(45, 64, 8, 1, 48)] // nearest
    [InlineData(43, 64, 8, 1, 40)]
    [InlineData(44, 64, 8, 1, 48)] // in the middle: the larger
    [InlineData(26, 27, 8, 1, 24)] // an odd layer goes down where up is more than it has
    [InlineData(3, 64, 8, 1, 8)] // never 0
    [InlineData(0, 64, 1, 1, 1)]
    [InlineData(0, 64, 8, 20, 24)] // the least number is kept, aligned
    [InlineData(5, 6, 8, 1, 6)] // fewer than one step: all stay
    [InlineData(1, 3, 1, 5, 3)]
    public void Kept_is_the_nearest_multiple(int wanted, int count, int step, int least, int kept) =>
        Assert.Equal(kept, Alignment.Kept(wanted, count, step, least));
}
