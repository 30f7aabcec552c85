using System.Diagnostics;

namespace PruneSharp.OnnxRuntime;

/// <summary>Watches how much memory the process takes at most, by looking at its working set once a millisecond.</summary>
internal sealed class PeakMemory : IDisposable
{
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly Thread _thread;
    private readonly long _before;
    private long _peak;
    private volatile bool _done;

    /// <summary>Starts watching.</summary>
    public PeakMemory()
    {
        _before = _peak = _process.WorkingSet64;
        _thread = new(Watch) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends watching.</summary>
    /// <returns>The most bytes over those at the start.</returns>
    public long Stop()
    {
        _done = true;
        _thread.Join();
        return _peak - _before;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _process.Dispose();
    }

    private void Watch()
    {
        while (!_done)
        {
            _process.Refresh();
            _peak = Math.Max(_peak, _process.WorkingSet64);
            Thread.Sleep(1);
        }
    }
}
