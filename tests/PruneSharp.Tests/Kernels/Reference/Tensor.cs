namespace PruneSharp.Tests.Kernels;

/// <summary>A dense tensor in row-major order, in double precision.</summary>
internal sealed record Tensor(long[] Shape, double[] Values)
{
    public Tensor(params long[] shape) : this(shape, new double[Count(shape)]) { }

    public static int Count(long[] shape) => (int)shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Multiples of 1/8 from -2 to 2, so that short sums are exact in float32 too.</summary>
    public static Tensor Of(Random random, params long[] shape) =>
        new(shape, [.. Enumerable.Range(0, Count(shape)).Select(_ => random.Next(-16, 17) / 8.0)]);

    public float[] Floats() => [.. Values.Select(value => (float)value)];

    public Tensor Each(Func<double, double> function) => new(Shape, [.. Values.Select(function)]);
}
