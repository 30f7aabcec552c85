namespace PruneSharp.Kernels;

/// <summary>Gathers operators into regions, each of which can be replaced by one operator without making a cycle.</summary>
/// <remarks>
/// Operators are taken in order. One joins the region of a value it reads, unless a path leads from that region through something outside to the operator:
/// then the region would have to run both before and after what lies outside. For that, every operator and every region knows the regions that lead to it in such a way.
/// </remarks>
internal sealed class RegionGrowth
{
    private const int None = -1;
    private readonly List<SimpleNode> _nodes;
    private readonly NodeRole[] _roles;
    private readonly LayerUses _uses;
    private readonly Func<int, bool> _mayJoin;
    private readonly int[] _regionOf;
    private readonly HashSet<int>[] _leadsOutside;
    private readonly List<List<int>> _regions = [];
    private readonly List<RegionKind> _kinds = [];
    private readonly List<HashSet<int>> _leadsToRegion = [];

    private RegionGrowth(List<SimpleNode> nodes, NodeRole[] roles, LayerUses uses, Func<int, bool> mayJoin)
    {
        (_nodes, _roles, _uses, _mayJoin) = (nodes, roles, uses, mayJoin);
        _regionOf = new int[nodes.Count];
        _leadsOutside = new HashSet<int>[nodes.Count];
    }

    /// <summary>Grows regions from layers with weights.</summary>
    /// <param name="nodes">The operators, in order.</param>
    /// <param name="roles">What the engine can do with each.</param>
    /// <param name="uses">Who reads what.</param>
    /// <param name="mayJoin">Whether an operator that the engine understands may be in a region at all.</param>
    /// <returns>For each region its operators, ascending.</returns>
    public static List<List<int>> Grow(List<SimpleNode> nodes, NodeRole[] roles, LayerUses uses, Func<int, bool> mayJoin)
    {
        RegionGrowth growth = new(nodes, roles, uses, mayJoin);
        for (int i = 0; i < nodes.Count; i++) growth.Place(i);
        return growth._regions;
    }

    private void Place(int index)
    {
        int[] makers = [.. _nodes[index].Node.Inputs.Select(_uses.Maker).Where(maker => maker >= 0).Distinct()];
        HashSet<int> outside = [];
        foreach (int maker in makers) outside.UnionWith(_leadsOutside[maker]);
        int region = _roles[index].IsUnderstood && _mayJoin(index) ? Choose(index, makers, outside) : None;
        outside.UnionWith(makers.Select(maker => _regionOf[maker]).Where(other => other != None && other != region));
        _regionOf[index] = region;
        _leadsOutside[index] = outside;
        if (region == None) return;
        _leadsToRegion[region].UnionWith(outside);
        _regions[region].Add(index);
        if (_kinds[region] == RegionKind.Any) _kinds[region] = _roles[index].Kind;
    }

    private int Choose(int index, int[] makers, HashSet<int> outside)
    {
        if (_nodes[index].Node.Operator == "BatchNormalization" || _roles[index] is { Kind: RegionKind.Matrix, Weights: null })
        {
            // It has to be fused into the layer before.
            int maker = _uses.Maker(_nodes[index].Node.Inputs.FirstOrDefault(input => _uses.Maker(input) >= 0, ""));
            bool fits = maker >= 0 && _regionOf[maker] != None && _roles[maker].Weights is not null && _uses.OnlyReader(_nodes[maker].Node.Outputs[0]) == index;
            return fits && Fits(index, _regionOf[maker], outside, makers) ? _regionOf[maker] : None;
        }

        IEnumerable<int> near = makers.Select(maker => _regionOf[maker]).Concat(_roles[index].Weights is null ? [] : Siblings(index)).Where(region => region != None);
        int best = near.Where(region => Fits(index, region, outside, makers)).DefaultIfEmpty(None).MaxBy(region => region == None ? 0 : _regions[region].Count);
        if (best != None || _roles[index].Weights is null) return best;
        _regions.Add([]);
        _kinds.Add(_roles[index].Kind);
        _leadsToRegion.Add([]);
        return _regions.Count - 1;
    }

    // The regions of operators that read the same value, so that it is brought into a layout once for all.
    private IEnumerable<int> Siblings(int index) =>
        _uses.Readers(_nodes[index].Node.Inputs[0]).Where(reader => reader < index && _roles[reader].Weights is not null).Select(reader => _regionOf[reader]);

    private bool Fits(int index, int region, HashSet<int> outside, int[] makers)
    {
        HashSet<int> leading = [];
        Stack<int> open = new(outside.Concat(makers.Select(maker => _regionOf[maker]).Where(other => other != None && other != region)));
        while (open.TryPop(out int other))
        {
            if (!leading.Add(other)) continue;
            foreach (int before in _leadsToRegion[other]) open.Push(before);
        }

        RegionKind kind = _roles[index].Kind;
        return !leading.Contains(region) && (kind == RegionKind.Any || _kinds[region] == RegionKind.Any || kind == _kinds[region]);
    }
}
