namespace PruneSharp.Kernels;

/// <summary>Checks whether a plan that was made elsewhere can be carried out on a graph.</summary>
public static class PlanCheck
{
    /// <summary>Looks for what does not fit: positions, operators that the engine does not run, circles, layers that are not the graph's. Weights are packed for a trial.</summary>
    /// <param name="graph">The whole graph.</param>
    /// <param name="plan">The plan, of any origin.</param>
    /// <returns>Half a sentence; null where everything fits.</returns>
    public static string? Refusal(LayerGraph graph, RegionPlan plan)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(plan);
        int[] regionOf = new int[graph.Nodes.Length];
        Array.Fill(regionOf, -1);
        return Positions(plan, regionOf) ?? Layers(graph, plan, regionOf) ?? Circle(graph, plan, regionOf)
            ?? plan.Regions.Select(region => RegionCheck.Refusal(graph, region)).FirstOrDefault(refusal => refusal is not null);
    }

    private static string? Positions(RegionPlan plan, int[] regionOf)
    {
        for (int i = 0; i < plan.Regions.Length; i++)
        {
            int before = -1;
            if (plan.Regions[i].IsEmpty) return $"region {i} has no nodes";
            foreach (int node in plan.Regions[i])
            {
                if (node < 0 || node >= regionOf.Length) return $"region {i} has node {node} of {regionOf.Length}";
                if (node <= before) return $"region {i} has node {node} after node {before}";
                if (regionOf[node] >= 0) return $"node {node} is in region {regionOf[node]} and in region {i}";
                regionOf[node] = i;
                before = node;
            }
        }

        return null;
    }

    private static string? Layers(LayerGraph graph, RegionPlan plan, int[] regionOf)
    {
        GraphRoles roles = new(graph);
        int at = 0;
        for (int i = 0; i < roles.Nodes.Count; i++)
        {
            if (roles.Nodes[i].Originals.Any(node => regionOf[node] != regionOf[roles.Nodes[i].Originals[0]])) return $"a region has a part of '{roles.Nodes[i].Node.Title}'";
            if (roles.Roles[i].Weights is null) continue;
            LayerNode node = roles.Nodes[i].Node;
            bool claimed = regionOf[roles.Nodes[i].Originals[0]] >= 0;
            if (at >= plan.Layers.Length || plan.Layers[at].Node != node.Title || plan.Layers[at].Operator != node.Operator || plan.Layers[at].Claimed != claimed)
                return $"its decision {at} is not that of '{node.Title}'";
            at++;
        }

        return at == plan.Layers.Length ? null : $"it has {plan.Layers.Length} layers, the graph has {at}";
    }

    // Regions and the nodes outside, each ready when everything that it reads is.
    private static string? Circle(LayerGraph graph, RegionPlan plan, int[] regionOf)
    {
        LayerUses uses = new(graph.Nodes, graph.Outputs);
        int[] unitOf = [.. regionOf.Select((region, node) => region >= 0 ? region : plan.Regions.Length + node)];
        int[] waits = new int[plan.Regions.Length + graph.Nodes.Length];
        List<int>?[] readers = new List<int>?[waits.Length];
        for (int node = 0; node < graph.Nodes.Length; node++)
        {
            foreach (int maker in graph.Nodes[node].Inputs.Select(uses.Maker).Where(maker => maker >= 0 && unitOf[maker] != unitOf[node]))
            {
                (readers[unitOf[maker]] ??= []).Add(unitOf[node]);
                waits[unitOf[node]]++;
            }
        }

        Stack<int> ready = new(unitOf.Distinct().Where(unit => waits[unit] == 0));
        int done = 0;
        for (; ready.TryPop(out int unit); done++)
        {
            foreach (int reader in readers[unit] ?? [])
            {
                if (--waits[reader] == 0) ready.Push(reader);
            }
        }

        return done == unitOf.Distinct().Count() ? null : "its regions need each other in a circle";
    }
}
