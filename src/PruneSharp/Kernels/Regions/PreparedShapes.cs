namespace PruneSharp.Kernels;

/// <summary>A region made ready for one set of input shapes.</summary>
internal sealed class PreparedShapes : IDisposable
{
    private const long MostPixels = 1L << 28;
    private readonly PlaneShape[] _inputs;

    /// <summary>Makes it ready.</summary>
    /// <param name="model">The region.</param>
    /// <param name="threads">Threads to cut the work for.</param>
    /// <param name="inputs">The shape of each input, for one image or some rows of a matrix.</param>
    /// <param name="storage">How the weights of matrix-vector products are stored.</param>
    /// <exception cref="ArgumentException">The region cannot take the shapes.</exception>
    public PreparedShapes(RegionModel model, int threads, ReadOnlySpan<PlaneShape> inputs, ValueStorage storage)
    {
        (Threads, _inputs) = (threads, inputs.ToArray());
        Dictionary<string, PlaneShape> all = RegionShapes.Of(model, _inputs);
        foreach ((string value, PlaneShape shape) in all)
        {
            if ((long)shape.Height * shape.Width > MostPixels) throw new ArgumentException($"'{value}' is {shape.Height} x {shape.Width}; the sparse region takes up to {MostPixels} pixels.");
        }

        Outputs = [.. model.Outputs.Select(output => all[output])];
        if (Outputs.Any(shape => shape.Count > 0)) Plan = new PlanBuilder(model, _inputs, threads, LaneKernels.WidestLanes, storage).Build();
    }

    /// <summary>Threads that the work is cut for.</summary>
    public int Threads { get; }

    /// <summary>The inputs of one run.</summary>
    public ReadOnlySpan<PlaneShape> Inputs => _inputs;

    /// <summary>The outputs of one run.</summary>
    public PlaneShape[] Outputs { get; }

    /// <summary>What runs; null where there is nothing to compute.</summary>
    public RegionProgramPlan? Plan { get; }

    /// <summary>Runs that are in progress; guarded by the program's lock.</summary>
    public int RunCount { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Plan?.Dispose();
}
