using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>Finds families whose removal made a layer slower, by profiling the model before and after.</summary>
internal static class SlowerLayers
{
    // Profiles are noisy: a layer counts as slower where it costs a sixth more and that is a hundredth of the whole.
    private const double Slower = 7.0 / 6, OfTotal = 0.01;

    /// <summary>Names of families that lost units and touch a layer that got slower.</summary>
    /// <param name="dense">The model.</param>
    /// <param name="denseModel">The same, parsed.</param>
    /// <param name="shrunk">The cut model.</param>
    /// <param name="cut">The cut.</param>
    /// <param name="ratio">Time of a run after the cut to that before, measured in turns.</param>
    /// <param name="options">How to profile.</param>
    public static IReadOnlyList<string> Find(ModelSource dense, OnnxModel denseModel, ModelSource shrunk, ShrinkCut cut, double ratio, LatencyOptions options)
    {
        using var shrunkModel = OnnxModel.Of(cut.Shrunk());
        NodeOrigins denseNodes = new(denseModel.Proto.Graph), shrunkNodes = new(shrunkModel.Proto.Graph);
        var first = Slow();
        // What is slower twice is slower.
        return first.Count == 0 ? [] : cut.FamiliesOf([.. first.Intersect(Slow(), StringComparer.Ordinal)]);

        IReadOnlyCollection<string> Slow()
        {
            var before = Times(NodeProfile.Measure(dense, options), denseNodes);
            var after = Times(NodeProfile.Measure(shrunk, options), shrunkNodes);
            // Both profiles were taken one after the other; what was measured in turns says how their sums compare.
            double total = before.Values.Sum(), scale = total * ratio / after.Values.Sum();
            return [.. after.Where(node => before.TryGetValue(node.Key, out double was) && node.Value * scale > was * Slower && (node.Value * scale) - was > total * OfTotal).Select(node => node.Key)];
        }
    }

    private static Dictionary<string, double> Times(NodeProfile profile, NodeOrigins origins)
    {
        var times = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var node in profile.Nodes)
            if (origins.Find(node) is { Name.Length: > 0 } origin)
                times[origin.Name] = times.GetValueOrDefault(origin.Name) + node.Milliseconds;
        return times;
    }
}
