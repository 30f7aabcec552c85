using System.Collections.Concurrent;

namespace PruneSharp.Kernels;

/// <summary>Adds up the time that programs spend on each layer. Safe for several threads.</summary>
public sealed class LayerTimes
{
    private readonly ConcurrentDictionary<string, long> _ticks = new();

    /// <summary>Milliseconds by layer (<see cref="LayerNode.Title"/>); what belongs to no layer with weights is under the empty name.</summary>
    public IReadOnlyDictionary<string, double> Milliseconds => _ticks.ToDictionary(layer => layer.Key, layer => new TimeSpan(layer.Value).TotalMilliseconds);

    internal void Add(string layer, TimeSpan time) => _ticks.AddOrUpdate(layer, time.Ticks, (_, before) => before + time.Ticks);
}
