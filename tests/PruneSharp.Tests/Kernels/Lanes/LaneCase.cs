using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Planes of distinct values and all ways to cut them.</summary>
internal static unsafe class LaneCase
{
    /// <summary>Every grid for the width, with a halo and a fill that depend on the sizes.</summary>
    public static IEnumerable<LaneLayout> Layouts(int height, int width, int lanes)
    {
        LaneHalo halo = new(height % 3, width % 4, (height + width) % 3, height * width % 4);
        foreach (LaneLayout layout in LayoutChoice.Candidates(new PlaneShape(1, height, width), lanes))
            yield return layout with { Halo = halo, Fill = width % 2 == 0 ? 0 : float.NegativeInfinity };
    }

    /// <summary>Calls with memory for channels in a layout: guarded, aligned, and NaN all over.</summary>
    public static void WithPlanes(LaneLayout layout, int channels, Action<GuardedFloats> use)
    {
        using GuardedFloats planes = new((long)channels * layout.ChannelFloats, atEnd: true);
        planes.Span.Fill(float.NaN);
        use(planes);
    }

    /// <summary>What a vector's lane must hold, halo included.</summary>
    public static float Expected(LaneLayout layout, int channel, int row, int column, int lane) =>
        layout.IsInside(row, column, lane) ? Value(layout, channel, layout.PlaneRow(row, lane), layout.PlaneColumn(column, lane)) : layout.Fill;

    public static float Value(LaneLayout layout, int channel, int row, int column) => 1 + (((channel * layout.Height) + row) * layout.Width) + column;

    /// <summary>Fails unless every vector of a channel holds what it must.</summary>
    public static void Check(LaneLayout layout, GuardedFloats planes, int channel)
    {
        for (int row = -layout.Halo.Top; row < layout.BlockHeight + layout.Halo.Bottom; row++)
        {
            for (int column = -layout.Halo.Left; column < layout.BlockWidth + layout.Halo.Right; column++)
            {
                for (int lane = 0; lane < layout.Lanes; lane++)
                {
                    float found = planes.Data[((long)channel * layout.ChannelFloats) + layout.Offset(row, column) + lane];
                    float wanted = Expected(layout, channel, row, column, lane);
                    if (!found.Equals(wanted)) Assert.Fail($"{layout}, channel {channel}, ({row}, {column}), lane {lane}: expected {wanted}, got {found}");
                }
            }
        }
    }
}
