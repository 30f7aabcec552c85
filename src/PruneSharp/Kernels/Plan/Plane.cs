namespace PruneSharp.Kernels;

/// <summary>One way in which a value is held in memory while a region runs.</summary>
internal sealed unsafe class Plane(PlaneShape shape, LaneLayout? layout, PlanePlace place, int index)
{
    /// <summary>The shape of the value.</summary>
    public PlaneShape Shape { get; } = shape;

    /// <summary>How it is held; null for row-major, as outside.</summary>
    public LaneLayout? Layout { get; set; } = layout;

    /// <summary>Whether a reader relies on the fill, so that it may not become another one.</summary>
    public bool FillIsFixed { get; set; }

    /// <summary>Whether it belongs to the caller.</summary>
    public PlanePlace Place { get; } = place;

    /// <summary>Which input or output it is.</summary>
    public int Index { get; } = index;

    /// <summary>Its place in the program's memory, in floats.</summary>
    public long ArenaOffset { get; set; }

    /// <summary>The first step that touches it.</summary>
    public int FirstStep { get; set; } = int.MaxValue;

    /// <summary>The last step that touches it.</summary>
    public int LastStep { get; set; } = -1;

    /// <summary>Floats that it takes. Blocks of output channels may write up to three channels beyond the last.</summary>
    public long FloatCount => Layout is null ? Shape.Count : (Shape.Channels + 3L) / 4 * 4 * Layout.ChannelFloats;

    /// <summary>The layout, where there must be one.</summary>
    public LaneLayout Lanes => Layout ?? throw new InvalidOperationException("The value is held row-major.");

    /// <summary>Its memory in a run.</summary>
    public float* In(RegionRun run) => Place switch
    {
        PlanePlace.Input => run.Inputs[Index],
        PlanePlace.Output => run.Outputs[Index],
        _ => run.Arena + ArenaOffset,
    };
}
