namespace PruneSharp.Onnx;

/// <summary>Finds classes of slots that contribute nothing, or a constant that can be folded, at every node that adds over them.</summary>
internal sealed class DeadSearch
{
    private readonly ShrinkAnalysis _analysis;
    private readonly ChannelConstants _constants;
    private readonly SiteVerdicts _verdicts;
    private readonly Dictionary<int, List<(ContractionSite Site, int Index)>> _sites = [];

    /// <summary>Finds the constants of a model.</summary>
    public DeadSearch(ShrinkAnalysis given, DeadOptions options)
    {
        var (model, shapes) = (given.Graph.Model, given.Graph.Shapes);
        var constants = ChannelConstants.Of(given.Graph, given.Propagation.Slots, options.Threshold);
        var graph = GraphBuilder.Build(model, shapes);
        var analysis = _analysis = ShrinkAnalysis.Of(FilledGraph.Of(graph, constants.Values, options.Fill), given.Rules);
        var slots = analysis.Propagation.Slots;
        _constants = ChannelConstants.Of(analysis.Graph, slots, options.Threshold);
        _verdicts = new(analysis.Graph, slots, _constants, options.Threshold);
        foreach (var site in analysis.Propagation.Sites)
        {
            var data = site.Node.Inputs[site.Input]!;
            for (int i = 0; i < data.Dims![site.Axis]; i++)
            {
                int root = slots.Root(data, site.Axis, i);
                if (!_sites.TryGetValue(root, out var places))
                    _sites[root] = places = [];
                places.Add((site, i));
            }
        }
    }

    /// <summary>The model's analysis, in which constant operands can be filled.</summary>
    public ShrinkAnalysis Analysis => _analysis;

    /// <summary>
    /// Roots of the units that go: what is dead, then what only fed that, and so on. Of each axis as many as an alignment allows, those
    /// that were found first first.
    /// </summary>
    public IReadOnlySet<int> Removed(int align)
    {
        var order = new List<int>();
        HashSet<int> known = [], unobserved = [];
        IReadOnlySet<int> removed = new HashSet<int>();
        while (true)
        {
            HashSet<int> mask;
            do
            {
                mask = [.. removed, .. unobserved];
                _verdicts.Mask(mask);
            }
            while (Observe(unobserved, mask));
            order.AddRange(Units().Where(root => !known.Contains(root) && IsDead(root)).OrderBy(Folds).ThenBy(root => root));
            known.UnionWith(order);
            var next = NeverEmpty.Repair(_analysis, DeadAlignment.Of(_analysis, order, align));
            // What goes now rests on what went before: that must not come back.
            if (next.Count == removed.Count || !next.IsSupersetOf(removed))
                return removed;
            removed = next;
        }
    }

    /// <summary>Whether a unit leaves a constant other than zero behind.</summary>
    public bool Folds(int root) => _sites[root].Any(s => _verdicts.Of(s.Site, s.Index).Verdict == SiteVerdict.Folded);

    /// <summary>What the units that go add to the biases of their consumers.</summary>
    public DeadTraces Traces(IReadOnlySet<int> removed)
    {
        var inputs = new Dictionary<WeightedProduct, Dictionary<int, double>>();
        foreach (var (site, index) in removed.SelectMany(root => _sites[root]).Where(s => _verdicts.Of(s.Site, s.Index).Verdict == SiteVerdict.Folded))
        {
            var product = _constants.Products[site.Node];
            if (!inputs.TryGetValue(product, out var values))
                inputs[product] = values = [];
            values[index] = _constants.Values[product.Data, product.DataAxis, index];
        }

        var folds = new BiasFolds();
        foreach (var (product, values) in inputs)
            folds.Add(product, values);
        return new(folds, _constants.Values);
    }

    /// <summary>Units that are constant somewhere and cannot go.</summary>
    public IReadOnlyList<RefusedUnits> Refused(IReadOnlySet<int> dead)
    {
        var open = _analysis.Open.SelectMany(f => f.Units.Where(u => !dead.Contains(u.Root)).Select(u => (f.Name, Reason: Refusal(u.Root))));
        var closed = _analysis.Closed.SelectMany(c => c.Family.Units.Where(u => Constant(u.Root)).Select(_ => (c.Family.Name, Reason: (string?)c.Reason)));
        return [.. open.Concat(closed).Where(r => r.Reason is not null).GroupBy(r => r).Select(g => new RefusedUnits(g.Key.Name, g.Count(), g.Key.Reason!))];
    }

    private IEnumerable<int> Units() => _analysis.Open.SelectMany(f => f.Units).Select(u => u.Root).Where(_sites.ContainsKey);

    private bool IsDead(int root) => _sites[root].TrueForAll(s => _verdicts.Of(s.Site, s.Index).Verdict > SiteVerdict.Refused);

    private bool Observe(HashSet<int> unobserved, HashSet<int> mask)
    {
        int before = unobserved.Count;
        unobserved.UnionWith(Units().Where(root => !mask.Contains(root) && _sites[root].TrueForAll(s => _verdicts.Of(s.Site, s.Index).Verdict == SiteVerdict.Ignored)));
        return unobserved.Count > before;
    }

    private bool Constant(int root) => _sites.TryGetValue(root, out var sites)
        && sites.Exists(s => _verdicts.Of(s.Site, s.Index).Verdict is SiteVerdict.Refused or SiteVerdict.Folded or SiteVerdict.Zero);

    private string? Refusal(int root)
    {
        if (!Constant(root))
            return null;
        var verdicts = _sites[root].Select(s => (s.Site, Judged: _verdicts.Of(s.Site, s.Index))).ToList();
        return verdicts.Find(v => v.Judged.Verdict == SiteVerdict.Refused).Judged.Reason
            ?? (verdicts.Find(v => v.Judged.Verdict == SiteVerdict.Alive).Site is { } alive ? $"{alive.Node.Op} {alive.Node.Name} gets values of it that vary" : null);
    }
}
