using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed unsafe class LaneCopyTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Read_and_Write_of_images_of_all_sizes_touch_exactly_the_planes(int lanes)
    {
        for (int height = 1; height <= 20; height++)
        {
            for (int width = 1; width <= 20; width++)
            {
                foreach (LaneLayout layout in LaneCase.Layouts(height, width, lanes)) RoundTrip(layout, 3, PlaneStrides.Image(height, width));
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Read_and_Write_of_matrices_of_all_sizes_touch_exactly_the_values(int lanes)
    {
        for (int rows = 1; rows <= 40; rows++)
        {
            foreach (int channels in (int[])[1, 7, 8, 9, 17])
            {
                foreach (LaneLayout layout in LaneCase.Layouts(1, rows, lanes)) RoundTrip(layout, channels, PlaneStrides.Matrix(channels));
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Read_of_one_pixel_images_fills_what_lies_outside(int lanes)
    {
        foreach (LaneLayout layout in LaneCase.Layouts(1, 1, lanes)) RoundTrip(layout with { Halo = new(1, 2, 1, 3) }, 19, PlaneStrides.Image(1, 1));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Read_from_another_layout_gives_the_same_planes(int lanes)
    {
        for (int size = 1; size <= 20; size++)
        {
            foreach (LaneLayout from in LaneCase.Layouts(size, 21 - size, lanes))
            {
                foreach (LaneLayout to in LaneCase.Layouts(size, 21 - size, lanes))
                    LaneCase.WithPlanes(from, 2, first => LaneCase.WithPlanes(to, 2, second => Relayout(from, to, first, second)));
            }
        }
    }

    private static void RoundTrip(LaneLayout layout, int channels, PlaneStrides strides)
    {
        using GuardedFloats outside = new((long)channels * layout.Height * layout.Width, atEnd: layout.Width % 2 == 0);
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = 0; row < layout.Height; row++)
            {
                for (int column = 0; column < layout.Width; column++)
                    outside.Data[(channel * strides.Channel) + (row * strides.Row) + (column * strides.Column)] = LaneCase.Value(layout, channel, row, column);
            }
        }

        float[] before = outside.Span.ToArray();
        LaneCase.WithPlanes(layout, channels, planes =>
        {
            int first = channels > 1 ? 1 : 0;
            using LaneReader reader = new(layout, strides);
            reader.Read(outside.Data, planes.Data, first, channels);
            Assert.True(first == 0 || float.IsNaN(planes.Data[0]));
            reader.Read(outside.Data, planes.Data, 0, first);
            for (int channel = 0; channel < channels; channel++) LaneCase.Check(layout, planes, channel);
            outside.Span.Fill(-7);
            using LaneWriter writer = new(layout, strides);
            writer.Write(planes.Data, outside.Data, 0, channels);
            Assert.Equal(before, outside.Span.ToArray());
        });
    }

    private static void Relayout(LaneLayout from, LaneLayout to, GuardedFloats first, GuardedFloats second)
    {
        for (int channel = 0; channel < 2; channel++)
        {
            for (int row = 0; row < from.BlockHeight; row++)
            {
                for (int at = 0; at < from.BlockWidth * from.Lanes; at++)
                    first.Data[(channel * from.ChannelFloats) + from.Offset(row, 0) + at] = LaneCase.Expected(from, channel, row, at / from.Lanes, at % from.Lanes);
            }
        }

        using LaneReader reader = new(to, from);
        reader.Read(first.Data, second.Data, 0, 2);
        for (int channel = 0; channel < 2; channel++) LaneCase.Check(to, second, channel);
    }
}
