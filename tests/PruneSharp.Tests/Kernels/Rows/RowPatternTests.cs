using CsCheck;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class RowPatternTests
{
    [Fact]
    public void Pack_keeps_the_nonzero_weights_at_their_places()
    {
        // Two outputs of one input channel with taps 0 1 2 3.
        RowPattern pattern = RowPattern.Pack(new ConvShape(2, 1) { KernelHeight = 2, KernelWidth = 2 }, [0, 5, 0, -1, 2, 0, 0, 3], block: 2);
        Assert.Equal((1, 3), (pattern.RowCount, pattern.EntryCount));
        Assert.Equal([0, 1, 3], [pattern.Tap(0), pattern.Tap(1), pattern.Tap(2)]);
        Assert.Equal([0, 2], pattern.Values(0).ToArray());
        Assert.Equal([5, 0], pattern.Values(1).ToArray());
        Assert.Equal([-1, 3], pattern.Values(2).ToArray());
        Assert.Equal(0.5, pattern.Sparsity);
    }

    [Fact]
    public void Pack_chooses_the_block_whose_places_are_shared()
    {
        float[] same = [.. Enumerable.Repeat((float[])[1, 0, 0, 2, 0, 3, 0, 0], 4).SelectMany(row => row)];
        Assert.Equal(4, RowPattern.Pack(new ConvShape(4, 8), same).Block);
        float[] own = [.. Enumerable.Range(0, 32).Select(i => i % 8 == i / 8 ? 1f : 0)];
        Assert.Equal(1, RowPattern.Pack(new ConvShape(4, 8), own).Block);
    }

    [Fact]
    public void Unpacking_gives_the_weights_back_for_any_groups_and_blocks() =>
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                RandomLayers layers = new(seed);
                int groups = layers.Next(1, 5), block = layers.Pick(1, 2, 4), outPerGroup = layers.Next(1, 5), inPerGroup = layers.Next(1, 4);
                ConvShape shape = new(groups * outPerGroup, groups * inPerGroup) { Groups = groups, KernelHeight = layers.Next(1, 3), KernelWidth = layers.Next(1, 3) };
                float[] weights = layers.Weights(shape.OutChannels, inPerGroup * shape.Taps), factors = layers.Values(shape.OutChannels);
                RowPattern pattern = RowPattern.Pack(shape, weights, block), scaled = pattern.Scale(factors);
                Assert.Equal(weights, Unpack(pattern));
                Assert.Equal([.. weights.Select((weight, i) => weight == 0 ? 0 : weight * factors[i / (inPerGroup * shape.Taps)])], Unpack(scaled));
                Assert.Equal((double)weights.Count(weight => weight == 0) / weights.Length, pattern.Sparsity, 12);
            },
            iter: 200);

    private static float[] Unpack(RowPattern pattern)
    {
        ConvShape shape = pattern.Shape;
        int inPerGroup = shape.InChannels / shape.Groups;
        float[] weights = new float[shape.OutChannels * inPerGroup * shape.Taps];
        for (int row = 0; row < pattern.RowCount; row++)
        {
            for (int entry = pattern.Entries(row).Start.Value; entry < pattern.Entries(row).End.Value; entry++)
            {
                for (int i = 0; i < pattern.Block; i++)
                {
                    int channel = (row * pattern.Block) + i, from = pattern.Channel(entry);
                    if (pattern.Values(entry)[i] == 0) continue;
                    Assert.Equal(channel / (shape.OutChannels / shape.Groups), from / inPerGroup);
                    weights[(((channel * inPerGroup) + (from % inPerGroup)) * shape.Taps) + pattern.Tap(entry)] = pattern.Values(entry)[i];
                }
            }
        }

        return weights;
    }
}
