namespace PruneSharp.Kernels;

/// <summary>A region of a graph made ready for the sparse kernels. Safe to run from several threads at once; disposed once the last run has ended.</summary>
public sealed unsafe class SparseProgram : IDisposable
{
    private const int MostPlans = 8;
    private const int MostKeyLength = 256;
    private readonly Lock _gate = new();
    private readonly RegionModel _model;
    private readonly ValueStorage _storage;
    private readonly List<PreparedShapes> _plans = [];
    private bool _disposed;

    /// <summary>Packs the weights of a region.</summary>
    /// <param name="region">The region; its constants are no longer needed afterwards.</param>
    /// <exception cref="NotSupportedException">The engine cannot run one of its operators.</exception>
    /// <param name="options">How values are stored.</param>
    public SparseProgram(LayerGraph region, AccelerateOptions options)
    {
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(options);
        _model = RegionModelBuilder.Build(region);
        _storage = options.Storage;
    }

    /// <summary>Takes the time of every step from now on; null (default) for no timing.</summary>
    public LayerTimes? Times { get; set; }

    /// <summary>Runs the region. Shapes may be other ones than before.</summary>
    /// <param name="tensors">Its inputs and outputs, in the order of the graph's.</param>
    /// <param name="runner">The threads to run on.</param>
    /// <exception cref="ArgumentException">The inputs do not fit the region.</exception>
    /// <exception cref="ObjectDisposedException">The program is disposed.</exception>
    public void Run(IRegionTensors tensors, IParallelRunner runner)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(runner);
        float** inputs = stackalloc float*[_model.Inputs.Length];
        Span<long> key = stackalloc long[MostKeyLength];
        key[0] = runner.ThreadCount;
        int length = 1;
        long batch = 1;
        for (int i = 0; i < _model.Inputs.Length; i++)
        {
            RegionTensor tensor = tensors.Input(i);
            inputs[i] = tensor.Data;
            if (length + 1 + tensor.Shape.Length > key.Length) throw new ArgumentException("The sparse region has inputs with too many axes.");
            key[length++] = tensor.Shape.Length;
            tensor.Shape.CopyTo(key[length..]);
            // Images run one after the other, so their number makes no difference to a plan.
            if (!_model.IsMatrix && tensor.Shape.Length == 4)
            {
                if (i > 0 && batch != tensor.Shape[0]) throw new ArgumentException($"The sparse region cannot take {tensor.Shape[0]} images for '{_model.Inputs[i]}' beside {batch} for '{_model.Inputs[0]}'.");
                batch = tensor.Shape[0];
                key[length] = 1;
            }

            length += tensor.Shape.Length;
        }

        PreparedShapes prepared = Enter(key[..length]);
        try
        {
            Run(prepared, batch, tensors, inputs, runner);
        }
        finally
        {
            Leave(prepared);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_plans.Count > 0) Drop(_plans[0]);
        }
    }

    private void Run(PreparedShapes prepared, long batch, IRegionTensors tensors, float** inputs, IParallelRunner runner)
    {
        LayerTimes? times = Times;
        RunShapes shapes = prepared.Shapes;
        float** outputs = stackalloc float*[_model.Outputs.Length];
        for (int i = 0; i < _model.Outputs.Length; i++) outputs[i] = tensors.Output(i, shapes.OutputShape(i, batch));
        for (long image = 0; prepared.Plan is { } plan && image < batch; image++)
        {
            plan.Run(inputs, outputs, runner, times);
            for (int i = 0; i < _model.Inputs.Length; i++) inputs[i] += shapes.Inputs[i].Count;
            for (int i = 0; i < _model.Outputs.Length; i++) outputs[i] += shapes.Outputs[i].Count;
        }
    }

    private PreparedShapes Enter(ReadOnlySpan<long> key)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            int at = _plans.Count - 1;
            while (at >= 0 && !key.SequenceEqual(_plans[at].Key)) at--;
            PreparedShapes prepared = at >= 0 ? _plans[at] : new PreparedShapes(_model, key, _storage);
            if (at < 0 || at < _plans.Count - 1)
            {
                if (at >= 0) _plans.RemoveAt(at);
                _plans.Add(prepared);
            }

            prepared.RunCount++;
            if (_plans.Count > MostPlans) Drop(_plans[0]);
            return prepared;
        }
    }

    private void Leave(PreparedShapes prepared)
    {
        lock (_gate)
        {
            prepared.RunCount--;
            if (prepared.RunCount == 0 && !_plans.Contains(prepared)) prepared.Dispose();
        }
    }

    // One that is in use is disposed by the last run that leaves it.
    private void Drop(PreparedShapes dropped)
    {
        _plans.Remove(dropped);
        if (dropped.RunCount == 0) dropped.Dispose();
    }
}
