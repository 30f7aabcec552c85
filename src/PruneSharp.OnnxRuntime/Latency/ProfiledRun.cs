using System.Runtime.InteropServices;
using System.Text.Json;

namespace PruneSharp.OnnxRuntime;

/// <summary>One run as ONNX Runtime's profiler saw it, in microseconds.</summary>
internal sealed class ProfiledRun
{
    private const string KernelSuffix = "_kernel_time";

    private readonly Dictionary<(string Name, string Operator, string Provider), long> _nodes = [];
    private readonly Stack<(long Start, long Duration)> _ended = [];

    /// <summary>Time of each node without nodes inside of it.</summary>
    public IReadOnlyDictionary<(string Name, string Operator, string Provider), long> Nodes => _nodes;

    /// <summary>Time of the whole run.</summary>
    public long Duration { get; private set; }

    /// <summary>
    /// Reads the runs of a profile, one after the other: an array of events, each written when it ended, so that the nodes of a run come
    /// before its <c>model_run</c> and those of a loop's body before the loop. Only the latest runs are kept.
    /// </summary>
    /// <param name="profile">The profiler's JSON; never in memory as a whole.</param>
    /// <param name="count">Runs to keep.</param>
    public static IReadOnlyCollection<ProfiledRun> Read(Stream profile, int count)
    {
        var runs = new Queue<ProfiledRun>();
        var run = new ProfiledRun();
        foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable(profile, ProfileEvents.Default.JsonElement).ToBlockingEnumerable())
        {
            string category = Text(entry, "cat"), name = Text(entry, "name");
            if (category == "Node" && name.EndsWith(KernelSuffix, StringComparison.Ordinal))
                run.Add(name[..^KernelSuffix.Length], entry);
            if (category != "Session" || name != "model_run")
                continue;
            run.Duration = entry.GetProperty("dur").GetInt64();
            runs.Enqueue(run);
            if (runs.Count > count)
                runs.Dequeue();
            run = new();
        }

        return runs;
    }

    private void Add(string name, JsonElement entry)
    {
        long start = entry.GetProperty("ts").GetInt64(), duration = entry.GetProperty("dur").GetInt64(), own = duration;
        while (_ended.TryPeek(out var inner) && inner.Start >= start)
            own -= _ended.Pop().Duration;
        _ended.Push((start, duration));
        var args = entry.GetProperty("args");
        CollectionsMarshal.GetValueRefOrAddDefault(_nodes, (name, Text(args, "op_name"), Text(args, "provider")), out _) += Math.Max(0, own);
    }

    private static string Text(JsonElement entry, string property) => entry.TryGetProperty(property, out var value) ? value.ToString() : "";
}
