using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class LaneLayoutTests
{
    // Plane 4 x 4 in a grid 2 x 2, as drawn above LaneLayout: letters a to p are 1 to 16.
    private static readonly LaneLayout _picture = new(4, 4, 4, 2, 2, 2, default, 0);

    [Fact]
    public void Read_puts_the_same_pixel_of_every_block_into_one_vector()
    {
        float[] made = Read(_picture, [.. Enumerable.Range(1, 16).Select(i => (float)i)]);
        Assert.Equal([1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16], made);
    }

    [Fact]
    public void Read_fills_the_halo_with_neighbours_and_the_outside_with_the_fill()
    {
        float[] made = Read(_picture with { Halo = new(0, 1, 0, 0), Fill = -5 }, [.. Enumerable.Range(1, 16).Select(i => (float)i)]);
        Assert.Equal([-5, 2, -5, 10, 1, 3, 9, 11, 2, 4, 10, 12], made[..12]);
    }

    [Fact]
    public void Positions_name_the_pixel_that_a_lane_holds()
    {
        Assert.Equal((2, 3), (_picture.PlaneRow(0, 3), _picture.PlaneColumn(1, 3)));
        Assert.True(_picture.IsInside(1, 1, 3));
        Assert.False(_picture.IsInside(2, 0, 3));
        Assert.False(_picture.IsInside(0, -1, 0));
        Assert.True(_picture.IsInside(0, -1, 1));
    }

    [Theory]
    [InlineData(4, 4, true, false)]
    [InlineData(3, 4, true, true)]
    [InlineData(5, 4, false, false)]
    [InlineData(4, 1, true, true)]
    public void CoversPlane_and_HasOutside_compare_the_grid_with_the_plane(int height, int width, bool covers, bool outside)
    {
        LaneLayout layout = _picture with { Height = height, Width = width };
        Assert.Equal((covers, outside), (layout.CoversPlane, layout.HasOutside));
    }

    [Fact]
    public void ChannelFloats_is_an_odd_number_of_whole_cache_lines()
    {
        for (int width = 1; width < 40; width++)
        {
            LaneLayout layout = new(8, 3, width, 1, 3, (width + 7) / 8, new(1, 1, 1, 1), 0);
            Assert.True(layout.ChannelFloats >= layout.Rows * layout.Pitch * layout.Lanes);
            Assert.Equal(16, layout.ChannelFloats % 32);
        }
    }

    private static unsafe float[] Read(LaneLayout layout, float[] plane)
    {
        using LaneReader reader = new(layout, PlaneStrides.Image(4, 4));
        using AlignedMemory made = new(layout.ChannelFloats * sizeof(float));
        fixed (float* from = plane) reader.Read(from, made.Floats, 0, 1);
        return new Span<float>(made.Floats, layout.Rows * layout.Pitch * layout.Lanes).ToArray();
    }
}
