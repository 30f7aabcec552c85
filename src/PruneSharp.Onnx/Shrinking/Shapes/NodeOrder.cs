using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The order in which a graph's nodes can run.</summary>
internal static class NodeOrder
{
    /// <summary>
    /// The nodes, each behind those that make its inputs and what its sub-graphs take, else in the order given; nodes of a cycle, and all
    /// behind it, are left out.
    /// </summary>
    public static IReadOnlyList<NodeProto> Of(IReadOnlyList<NodeProto> nodes)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
            foreach (string output in nodes[i].Output.Where(o => o.Length > 0))
                producers.TryAdd(output, i);
        var waiting = new int[nodes.Count];
        var consumers = new List<int>[nodes.Count];
        for (int i = 0; i < waiting.Length; i++)
        {
            foreach (string input in nodes[i].Input.Concat(Captured.By(nodes[i])))
            {
                if (producers.TryGetValue(input, out int producer))
                {
                    (consumers[producer] ??= []).Add(i);
                    waiting[i]++;
                }
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, waiting.Length).Where(i => waiting[i] == 0).Select(i => (i, i)));
        var order = new List<NodeProto>(waiting.Length);
        while (ready.TryDequeue(out int node, out _))
        {
            order.Add(nodes[node]);
            foreach (int consumer in consumers[node] ?? [])
                if (--waiting[consumer] == 0)
                    ready.Enqueue(consumer, consumer);
        }

        return order;
    }
}
