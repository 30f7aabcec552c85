using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The order in which a graph's nodes can run.</summary>
internal static class NodeOrder
{
    /// <summary>The nodes, each behind those that make its inputs; nodes of a cycle, and all behind it, are left out.</summary>
    public static IReadOnlyList<NodeProto> Of(GraphProto graph)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Node.Count; i++)
            foreach (string output in graph.Node[i].Output.Where(o => o.Length > 0))
                producers.TryAdd(output, i);
        var waiting = new int[graph.Node.Count];
        var consumers = new List<int>[graph.Node.Count];
        for (int i = 0; i < waiting.Length; i++)
            foreach (string input in graph.Node[i].Input)
                if (producers.TryGetValue(input, out int producer))
                {
                    (consumers[producer] ??= []).Add(i);
                    waiting[i]++;
                }

        var ready = new Queue<int>(Enumerable.Range(0, waiting.Length).Where(i => waiting[i] == 0));
        var order = new List<NodeProto>(waiting.Length);
        while (ready.TryDequeue(out int node))
        {
            order.Add(graph.Node[node]);
            foreach (int consumer in consumers[node] ?? [])
                if (--waiting[consumer] == 0)
                    ready.Enqueue(consumer);
        }

        return order;
    }
}
