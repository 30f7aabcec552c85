namespace PruneSharp.Kernels;

/// <summary>A dense float32 tensor in row-major order whose memory belongs to the caller.</summary>
/// <param name="data">The first value; need not be aligned.</param>
/// <param name="shape">The shape, which must stay where it is while the tensor is in use.</param>
public readonly unsafe ref struct RegionTensor(float* data, ReadOnlySpan<long> shape)
{
    /// <summary>The first value.</summary>
    public float* Data { get; } = data;

    /// <summary>The shape.</summary>
    public ReadOnlySpan<long> Shape { get; } = shape;
}
