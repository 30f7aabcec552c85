namespace PruneSharp.Kernels;

/// <summary>A region made ready for one set of input shapes.</summary>
internal sealed class PreparedShapes : IDisposable
{
    private readonly long[] _key;

    /// <summary>Makes it ready.</summary>
    /// <param name="model">The region.</param>
    /// <param name="key">Threads; then for each input the number of its axes and their sizes, for one image.</param>
    /// <param name="storage">How the weights of matrix-vector products are stored.</param>
    /// <exception cref="ArgumentException">The region cannot take the shapes.</exception>
    public PreparedShapes(RegionModel model, ReadOnlySpan<long> key, ValueStorage storage)
    {
        _key = key.ToArray();
        long[][] inputs = new long[model.Inputs.Length][];
        int at = 1;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = key.Slice(at + 1, (int)key[at]).ToArray();
            at += 1 + inputs[i].Length;
        }

        Shapes = new RunShapes(model, inputs);
        if (Shapes.Outputs.Any(shape => shape.Count > 0))
            Plan = new PlanBuilder(model, Shapes.Inputs, (int)key[0], LaneKernels.WidestLanes, storage).Build();
    }

    /// <summary>What it was made for.</summary>
    public ReadOnlySpan<long> Key => _key;

    /// <summary>The shapes of inputs and outputs.</summary>
    public RunShapes Shapes { get; }

    /// <summary>What runs; null where there is nothing to compute.</summary>
    public RegionProgramPlan? Plan { get; }

    /// <summary>Runs that are in progress; guarded by the program's lock.</summary>
    public int RunCount { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Plan?.Dispose();
}
