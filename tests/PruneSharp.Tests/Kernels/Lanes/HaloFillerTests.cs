using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed unsafe class HaloFillerTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Fill_of_all_sizes_makes_the_halo_and_the_outside_from_the_pixels_alone(int lanes)
    {
        for (int height = 1; height <= 20; height++)
        {
            for (int width = 1; width <= 20; width++)
            {
                foreach (LaneLayout layout in LaneCase.Layouts(height, width, lanes)) Fill(layout, channels: 2);
            }
        }
    }

    [Fact]
    public void Fill_of_a_halo_larger_than_the_plane_goes_through_several_blocks()
    {
        foreach (LaneLayout layout in LaneCase.Layouts(3, 5, 8)) Fill(layout with { Halo = new(7, 9, 8, 11) }, channels: 1);
    }

    [Fact]
    public void Fill_of_some_channels_leaves_the_others()
    {
        LaneLayout layout = LaneCase.Layouts(5, 5, 8).First() with { Halo = new(1, 1, 1, 1) };
        LaneCase.WithPlanes(layout, 3, planes =>
        {
            using HaloFiller filler = new(layout);
            planes.Span.Fill(3);
            filler.Fill(planes.Data, 1, 2);
            Assert.All(planes.Span[..layout.ChannelFloats].ToArray(), value => Assert.Equal(3, value));
            Assert.All(planes.Span[(2 * layout.ChannelFloats)..].ToArray(), value => Assert.Equal(3, value));
            Assert.Contains(layout.Fill, planes.Span[layout.ChannelFloats..(2 * layout.ChannelFloats)].ToArray());
        });
    }

    private static void Fill(LaneLayout layout, int channels) => LaneCase.WithPlanes(layout, channels, planes =>
    {
        // NaN stays in the halo and in the lanes outside, as a layer may leave it.
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = 0; row < layout.BlockHeight; row++)
            {
                for (int at = 0; at < layout.BlockWidth * layout.Lanes; at++)
                {
                    if (layout.IsInside(row, at / layout.Lanes, at % layout.Lanes))
                        planes.Data[(channel * layout.ChannelFloats) + layout.Offset(row, 0) + at] = LaneCase.Expected(layout, channel, row, at / layout.Lanes, at % layout.Lanes);
                }
            }
        }

        using HaloFiller filler = new(layout);
        filler.Fill(planes.Data, 0, channels);
        for (int channel = 0; channel < channels; channel++) LaneCase.Check(layout, planes, channel);
    });
}
