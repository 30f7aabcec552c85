namespace PruneSharp.Onnx;

/// <summary>Judges what each index contributes at the nodes that add over it.</summary>
internal sealed class SiteVerdicts
{
    private readonly ShrinkGraph _graph;
    private readonly SlotTable _slots;
    private readonly ChannelConstants _constants;
    private readonly double _threshold;
    private readonly Dictionary<WeightedProduct, bool[]> _ignored = [];

    /// <summary>Judges by constants; no weight counts as gone.</summary>
    public SiteVerdicts(ShrinkGraph graph, SlotTable slots, ChannelConstants constants, double threshold)
    {
        _graph = graph;
        _slots = slots;
        _constants = constants;
        _threshold = threshold;
        Mask(new HashSet<int>());
    }

    /// <summary>Counts the weights of some classes of outputs as gone.</summary>
    public void Mask(IReadOnlySet<int> roots)
    {
        foreach (var product in _constants.Products.Values)
            _ignored[product] = Ignored(product, roots);
    }

    /// <summary>The verdict on one index of a site, with the reason of a refusal.</summary>
    public (SiteVerdict Verdict, string? Reason) Of(ContractionSite site, int index)
    {
        var node = site.Node;
        var data = node.Inputs[site.Input]!;
        double value = _constants.Values[data, site.Axis, index];
        bool isConstant = !double.IsNaN(value) && !data.IsConstant;
        if (node.Proto.Domain == FillRule.Domain)
            return (isConstant ? SiteVerdict.Zero : SiteVerdict.Ignored, null);
        if (site.Kind is not (ContractionKind.Product or ContractionKind.Sum))
            return isConstant ? (SiteVerdict.Refused, $"{node.Op} {node.Name} takes a statistic over it") : (SiteVerdict.Alive, null);
        if (value == 0)
            return (data.IsConstant ? SiteVerdict.Ignored : SiteVerdict.Zero, null);
        if (site.Kind == ContractionKind.Product && site.Other < 0 && RecurrentZeros.StaysZero(node, index, _constants.Values))
            return (SiteVerdict.Zero, null);
        if (site is { Input: 0, Other: 1 } && _constants.Products.TryGetValue(node, out var product) && product.DataAxis == site.Axis)
            return Weighted(product, index, isConstant);
        if (site.Other >= 0 && node.Inputs[site.Other] is { } other && _constants.Values[other, site.OtherAxis, index % other.Dims![site.OtherAxis]] == 0)
            return (other.IsConstant ? SiteVerdict.Ignored : SiteVerdict.Zero, null);
        return isConstant ? (SiteVerdict.Refused, $"a constant other than 0 cannot be folded into {node.Op} {node.Name}") : (SiteVerdict.Alive, null);
    }

    private (SiteVerdict, string?) Weighted(WeightedProduct product, int index, bool isConstant)
    {
        string? obstacle = product.Uneven ?? BiasFolds.Obstacle(_graph, product);
        if (isConstant && obstacle is null)
            return (SiteVerdict.Folded, null);
        if (_ignored[product][index])
            return (SiteVerdict.Ignored, null);
        return isConstant ? (SiteVerdict.Refused, obstacle) : (SiteVerdict.Alive, null);
    }

    private bool[] Ignored(WeightedProduct product, IReadOnlySet<int> roots)
    {
        int first = _slots.First(product.Output, product.OutputAxis);
        bool[] gone = [.. Enumerable.Range(first, product.Output.Dims![product.OutputAxis]).Select(slot => roots.Contains(_slots.Root(slot)))];
        var ignored = new bool[product.Data.Dims![product.DataAxis]];
        Array.Fill(ignored, true);
        for (int pair = 0; pair < product.Largest.Length; pair++)
            if (!gone[product.Target(pair)] && !product.IsZero(product.Largest[pair], _threshold))
                ignored[product.Input(pair)] = false;
        return ignored;
    }
}
