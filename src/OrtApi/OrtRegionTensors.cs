using PruneSharp.Kernels;

namespace PruneSharp.OrtApi;

/// <summary>The inputs and outputs of one call of a kernel.</summary>
internal sealed unsafe class OrtRegionTensors(OrtTable api, void* context) : IRegionTensors
{
    private readonly void* _context = context;

    /// <inheritdoc/>
    public RegionTensor Input(int index)
    {
        void* value = api.Input(_context, index);
        if (value is null)
            throw new InvalidOperationException($"Input {index} of a sparse region is absent; expected a tensor.");
        var shape = api.FloatShape(value) ?? throw new InvalidOperationException($"Input {index} of a sparse region is not float32.");
        return new((float*)api.Data(value), shape);
    }

    /// <inheritdoc/>
    public float* Output(int index, ReadOnlySpan<long> shape)
    {
        void* value = api.Output(_context, index, shape);
        return value is null || shape.Contains(0) ? null : (float*)api.Data(value);
    }
}
