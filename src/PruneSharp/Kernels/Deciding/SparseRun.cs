namespace PruneSharp.Kernels;

/// <summary>A region made ready to run on fixed inputs of given shapes, for timing.</summary>
internal sealed unsafe class SparseRun : IRegionTensors, IDisposable
{
    private readonly SparseProgram _program;
    private readonly long[][] _shapes;
    private readonly AlignedMemory[] _inputs;
    private readonly Dictionary<int, AlignedMemory> _outputs = [];

    public SparseRun(LayerGraph region, AccelerateOptions options, long[][] shapes)
    {
        _shapes = shapes;
        _program = new SparseProgram(region, options);
        _inputs = [.. shapes.Select(shape => new AlignedMemory(shape.AsSpan().Product() * sizeof(float)))];
        Random random = new(1);
        foreach (AlignedMemory input in _inputs)
        {
            for (long i = 0; i < input.ByteCount / sizeof(float); i++) input.Floats[i] = (random.NextSingle() * 2) - 1;
        }
    }

    /// <summary>Runs once.</summary>
    public void Run(IParallelRunner runner) => _program.Run(this, runner);

    /// <inheritdoc/>
    public RegionTensor Input(int index) => new(_inputs[index].Floats, _shapes[index]);

    /// <inheritdoc/>
    public float* Output(int index, ReadOnlySpan<long> shape)
    {
        if (!_outputs.TryGetValue(index, out AlignedMemory? memory)) _outputs[index] = memory = new AlignedMemory(shape.Product() * sizeof(float));
        return memory.Floats;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _program.Dispose();
        foreach (AlignedMemory memory in _inputs.Concat(_outputs.Values)) memory.Dispose();
    }
}
