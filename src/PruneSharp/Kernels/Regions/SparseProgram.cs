namespace PruneSharp.Kernels;

/// <summary>A region of a graph made ready for the sparse kernels. Safe to run from several threads at once; disposed once the last run has ended.</summary>
public sealed unsafe class SparseProgram : IDisposable
{
    private const int MostPlans = 8;
    private const int MostRows = 1024;
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
        int count = _model.Inputs.Length;
        float** inputs = stackalloc float*[count];
        float** outputs = stackalloc float*[_model.Outputs.Length];
        Span<PlaneShape> shapes = stackalloc PlaneShape[count];
        long total = Read(tensors, inputs, shapes);
        // Images run one after the other, so their number makes no difference to a plan; neither does that of rows beyond what one run takes.
        long step = _model.IsMatrix ? Math.Min(total, MostRows) : 1;
        for (long done = 0; done == 0 || done < total; done += step)
        {
            if (_model.IsMatrix)
            {
                for (int i = 0; i < count; i++) shapes[i] = shapes[i] with { Width = (int)Math.Min(step, total - done) };
            }

            PreparedShapes prepared = Enter(runner.ThreadCount, shapes);
            try
            {
                for (int i = 0; done == 0 && i < _model.Outputs.Length; i++)
                    outputs[i] = tensors.Output(i, RegionExtent.Output(_model.IsMatrix, tensors.Input(0).Shape, prepared.Outputs[i]));
                if (total == 0) return;
                prepared.Plan?.Run(inputs, outputs, runner, Times);
                for (int i = 0; i < count; i++) inputs[i] += shapes[i].Count;
                for (int i = 0; i < _model.Outputs.Length; i++) outputs[i] += prepared.Outputs[i].Count;
            }
            finally
            {
                Leave(prepared);
            }
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

    private long Read(IRegionTensors tensors, float** inputs, Span<PlaneShape> shapes)
    {
        long total = 0;
        for (int i = 0; i < shapes.Length; i++)
        {
            RegionTensor tensor = tensors.Input(i);
            inputs[i] = tensor.Data;
            long found = RegionExtent.Read(_model.IsMatrix, tensor.Shape, out shapes[i]);
            if (i == 0) total = found;
            if (found < 0 || found != total)
            {
                throw new ArgumentException(
                    $"The sparse region cannot take [{string.Join(", ", tensor.Shape.ToArray())}] for '{_model.Inputs[i]}' beside [{string.Join(", ", tensors.Input(0).Shape.ToArray())}].");
            }
        }

        return total;
    }

    private PreparedShapes Enter(int threads, ReadOnlySpan<PlaneShape> shapes)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            int at = _plans.Count - 1;
            while (at >= 0 && !(_plans[at].Threads == threads && shapes.SequenceEqual(_plans[at].Inputs))) at--;
            PreparedShapes prepared = at >= 0 ? _plans[at] : new PreparedShapes(_model, threads, shapes, _storage);
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
