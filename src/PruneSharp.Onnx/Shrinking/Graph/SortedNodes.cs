using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Nodes in an order in which each comes after those that it needs.</summary>
internal static class SortedNodes
{
    /// <summary>Sorts nodes; those that are sorted already keep their order.</summary>
    /// <param name="model">The model, for errors.</param>
    /// <param name="nodes">The nodes of one graph.</param>
    /// <param name="given">Names of inputs and constants.</param>
    /// <exception cref="InvalidModelException">A value has no producer, or nodes need each other.</exception>
    public static IReadOnlyList<NodeProto> Of(OnnxModel model, IEnumerable<NodeProto> nodes, IReadOnlyCollection<string> given)
    {
        NodeProto[] all = [.. nodes];
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < all.Length; i++)
            foreach (string output in all[i].Output.Where(o => o.Length > 0))
                if (!producers.TryAdd(output, i))
                    throw new InvalidModelException(model.Name, $"{output} is computed twice.");

        var known = given.ToHashSet(StringComparer.Ordinal);
        var waiting = new int[all.Length];
        var users = new List<int>[all.Length];
        for (int i = 0; i < all.Length; i++)
        {
            foreach (string input in all[i].Input.Concat(Captured.By(all[i])).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal))
            {
                if (producers.TryGetValue(input, out int producer))
                {
                    waiting[i]++;
                    (users[producer] ??= []).Add(i);
                }
                else if (!known.Contains(input) && all[i].Input.Contains(input))
                {
                    throw new InvalidModelException(model.Name, $"node {Name(all[i])} needs {input}, which nothing computes.");
                }
            }
        }

        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < all.Length; i++)
            if (waiting[i] == 0)
                ready.Enqueue(i, i);
        var sorted = new List<NodeProto>(all.Length);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(all[next]);
            foreach (int user in users[next] ?? [])
                if (--waiting[user] == 0)
                    ready.Enqueue(user, user);
        }

        return sorted.Count == all.Length
            ? sorted
            : throw new InvalidModelException(model.Name, $"its nodes need each other in a circle; one of them is {Name(all[Array.FindIndex(waiting, w => w > 0)])}.");
    }

    private static string Name(NodeProto node) => node.Name.Length > 0 ? node.Name : $"{node.OpType} that computes {node.Output.FirstOrDefault()}";
}
