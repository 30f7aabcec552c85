using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>The time of each layer of a model in ONNX Runtime.</summary>
internal static class LayerProfile
{
    /// <summary>Profiles a model.</summary>
    /// <returns>Milliseconds of a run by node: its name, or its first output where it has none.</returns>
    public static IReadOnlyDictionary<string, double> Measure(ModelSource source, string path, LatencyOptions options)
    {
        using var model = OnnxModel.Open(path);
        var origins = new NodeOrigins(model.Proto.Graph);
        var times = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var node in NodeProfile.Measure(source, options).Nodes)
        {
            if (origins.Find(node) is not { } origin)
                continue;
            string name = origin.Name.Length > 0 ? origin.Name : origin.Output[0];
            times[name] = times.GetValueOrDefault(name) + node.Milliseconds;
        }

        return times;
    }
}
