using System.Collections.Concurrent;
using System.Diagnostics;

namespace PruneSharp.Kernels;

/// <summary>The steps of a region for one shape of its inputs, and memory for as many runs as go on at the same time.</summary>
internal sealed unsafe class RegionProgramPlan : IDisposable
{
    private readonly List<RegionStep> _steps;
    private readonly string[] _layers;
    private readonly ConcurrentBag<AlignedMemory> _arenas = [];
    private readonly long _arenaFloats;

    /// <summary>Places the steps' memory.</summary>
    /// <param name="steps">The steps, each with the name of the layer that it is done for, or empty.</param>
    public RegionProgramPlan(IReadOnlyList<(string Layer, RegionStep Step)> steps)
    {
        _steps = [.. steps.Select(step => step.Step)];
        _layers = [.. steps.Select(step => step.Layer)];
        _arenaFloats = Arena.Place(_steps);
    }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<RegionStep> Steps => _steps;

    /// <summary>Runs one image.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="runner">The threads to run on.</param>
    /// <param name="times">Takes the time of every step; null for no timing.</param>
    public void Run(float** inputs, float** outputs, IParallelRunner runner, LayerTimes? times)
    {
        if (!_arenas.TryTake(out AlignedMemory? arena)) arena = new AlignedMemory(_arenaFloats * sizeof(float));
        try
        {
            RegionRun run = new(arena.Floats, inputs, outputs);
            for (int i = 0; i < _steps.Count; i++)
            {
                long start = times is null ? 0 : Stopwatch.GetTimestamp();
                if (_steps[i].PieceCount == 1) _steps[i].Run(run, 0);
                else runner.For(_steps[i].PieceCount, new StepTask(_steps[i], run));
                times?.Add(_layers[i], Stopwatch.GetElapsedTime(start));
            }
        }
        finally
        {
            _arenas.Add(arena);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RegionStep step in _steps) step.Dispose();
        while (_arenas.TryTake(out AlignedMemory? arena)) arena.Dispose();
    }
}
