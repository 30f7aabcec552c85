namespace PruneSharp.Kernels;

/// <summary>
/// Threads of its own that wait for work without sleeping, as those of ONNX Runtime do; for timing and tests. They take a core each until it is disposed.
/// </summary>
internal sealed class TeamRunner : IParallelRunner, IDisposable
{
    private readonly Thread[] _threads;
    private volatile IParallelTask? _task;
    private volatile Exception? _failure;
    private volatile bool _stopped;
    private int _count;
    private int _next;
    private int _round;
    private int _busy;

    /// <summary>Starts the threads.</summary>
    /// <param name="threadCount">Threads in all, the caller's included; 0 for as many as there are cores.</param>
    public TeamRunner(int threadCount)
    {
        ThreadCount = threadCount > 0 ? threadCount : Environment.ProcessorCount;
        _threads = new Thread[ThreadCount - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Serve) { IsBackground = true, Name = "PruneSharp team" };
            _threads[i].Start();
        }
    }

    /// <inheritdoc/>
    public int ThreadCount { get; }

    /// <summary>Runs the pieces; from one thread at a time.</summary>
    public void For(int count, IParallelTask task)
    {
        _task = task;
        _count = count;
        _next = 0;
        _failure = null;
        Volatile.Write(ref _busy, _threads.Length);
        Interlocked.Increment(ref _round);
        Work();
        SpinWait spin = default;
        while (Volatile.Read(ref _busy) > 0) spin.SpinOnce(sleep1Threshold: -1);
        _task = null;
        if (_failure is { } thrown) throw new AggregateException(thrown);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped = true;
        Interlocked.Increment(ref _round);
        foreach (Thread thread in _threads) thread.Join();
    }

    private void Serve()
    {
        int seen = 0;
        while (true)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _round) == seen) spin.SpinOnce(sleep1Threshold: -1);
            seen++;
            if (_stopped) return;
            Work();
            Interlocked.Decrement(ref _busy);
        }
    }

    private void Work()
    {
        try
        {
            for (int piece = Interlocked.Increment(ref _next) - 1; piece < _count; piece = Interlocked.Increment(ref _next) - 1) _task?.Invoke(piece);
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }
}
