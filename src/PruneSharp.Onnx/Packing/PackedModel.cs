namespace PruneSharp.Onnx;

/// <summary>Finds the packed weights of a model.</summary>
public static class PackedModel
{
    /// <summary>Every weight that packing stored sparse, and every sparse initializer, checked to the last bit of their structure.</summary>
    /// <exception cref="InvalidModelException">Packed data are damaged, or nodes with PruneSharp's mark are not those that it writes.</exception>
    public static IReadOnlyList<PackedWeight> Read(OnnxModel model) => Read(model, _ => true);

    /// <summary>The packed weights whose <see cref="PackedWeight.Key"/> is asked for.</summary>
    /// <exception cref="InvalidModelException">Packed data of one of them are damaged.</exception>
    public static IReadOnlyList<PackedWeight> Read(OnnxModel model, Func<string, bool> keys)
    {
        var weights = new List<PackedWeight>();
        int number = 0;
        foreach (var (graph, place) in GraphPlaces.InOrder(model))
        {
            string prefix = $"{number}/";
            weights.AddRange(graph.SparseInitializer.Where(s => keys(prefix + s.Values?.Name)).Select(s => SparseInitializerReader.Read(model, s, place, prefix + s.Values?.Name)));
            var marked = graph.Node.Where(n => n.Name.StartsWith(UnpackGraph.Mark, StringComparison.Ordinal) && keys(prefix + n.Output.FirstOrDefault())).ToList();
            if (marked.Count > 0)
            {
                var reader = new UnpackGraphReader(model, graph, place, number);
                weights.AddRange(marked.Select(reader.Read));
            }

            number++;
        }

        return weights;
    }
}
