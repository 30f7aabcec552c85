using System.Collections.Immutable;
using System.Globalization;

namespace PruneSharp.Kernels;

/// <summary>One way to cut a graph into regions, with what became of each.</summary>
internal sealed class RegionTrial
{
    private readonly List<ImmutableArray<int>> _regions = [];
    private readonly Dictionary<int, RegionVerdict> _verdicts = [];

    /// <summary>What a run saves in all.</summary>
    public double SavedMilliseconds { get; private set; }

    /// <summary>Adds a region.</summary>
    /// <param name="region">Its operators after simplification.</param>
    /// <param name="originals">Its nodes in the graph.</param>
    /// <param name="verdict">Whether it is taken over.</param>
    public void Add(List<int> region, ImmutableArray<int> originals, RegionVerdict verdict)
    {
        foreach (int index in region) _verdicts[index] = verdict;
        if (!verdict.Wins) return;
        _regions.Add(originals);
        SavedMilliseconds += verdict.SavedMilliseconds;
    }

    /// <summary>The plan that it makes.</summary>
    public RegionPlan Plan(GraphRoles roles, AccelerateOptions options) => new(
        [.. _regions],
        [.. Enumerable.Range(0, roles.Nodes.Count).Where(index => roles.Roles[index].Weights is not null).Select(index => Decision(roles, index, options))]);

    private LayerDecision Decision(GraphRoles roles, int index, AccelerateOptions options)
    {
        LayerNode node = roles.Nodes[index].Node;
        RegionVerdict? verdict = _verdicts.GetValueOrDefault(index);
        bool claimed = verdict is { Wins: true };
        string format = claimed ? LayerReader.Format(node, roles.Graph) : "";
        string reason = roles.Roles[index].Refusal ?? verdict?.Reason
            ?? (roles.Sparsity(index) >= options.MinSparsity ? "faster outside of a region"
                : string.Create(CultureInfo.InvariantCulture, $"sparsity below the least that is claimed, {options.MinSparsity:0.###}, and in no region of sparse layers"));
        return new LayerDecision(node.Title, node.Operator, roles.Sparsity(index), claimed, format, reason);
    }
}
