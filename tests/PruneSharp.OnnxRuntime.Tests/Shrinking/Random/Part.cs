namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>One dimension that a Reshape asks for: a number, or a multiple or part of an axis of its input.</summary>
internal readonly record struct Part(int Size, int Axis = -1, int Times = 1, int By = 1)
{
    public static implicit operator Part(int size) => new(size);

    public bool IsAxis => Axis >= 0 && Times == 1 && By == 1;

    /// <summary>An axis, times a number, divided by a number.</summary>
    public static Part Of(Activation x, int axis, int times = 1, int by = 1) => new(x[axis] * times / by, axis, times, by);
}
