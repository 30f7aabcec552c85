namespace PruneSharp.Kernels;

/// <summary>The memory of one run of a region, for one image.</summary>
internal sealed unsafe class RegionRun(float* arena, float** inputs, float** outputs)
{
    /// <summary>The program's memory.</summary>
    public float* Arena { get; } = arena;

    /// <summary>The first value of each input.</summary>
    public float** Inputs { get; } = inputs;

    /// <summary>The first value of each output.</summary>
    public float** Outputs { get; } = outputs;
}
