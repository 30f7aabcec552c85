namespace PruneSharp.Onnx;

/// <summary>What packing a model would give: the encoding of each weight, its price, and what all others would cost.</summary>
public sealed class PackPlan
{
    // ONNX Runtime's optimization.constant_folding_max_output_size_in_bytes.
    private const long MostFoldedBytes = 1L << 30;

    private PackPlan(OnnxModel model, IReadOnlyList<PlannedWeight> weights, IReadOnlyList<SkippedTensor> skipped, OpsetUpgrade opset)
    {
        Model = model;
        Weights = weights;
        Skipped = skipped;
        Opset = opset;
    }

    /// <summary>The weights in file order.</summary>
    public IReadOnlyList<PackedLayer> Layers => [.. Weights.Select(w => w.Layer)];

    /// <summary>Every other constant with the reason.</summary>
    public IReadOnlyList<SkippedTensor> Skipped { get; }

    /// <summary>Least bytes of the whole file: what is not packed as it is, and the layers' bounds.</summary>
    public double BoundBytes => Model.TotalBytes - Layers.Sum(l => l.DenseBytes) + Layers.Sum(l => l.BoundBytes);

    /// <summary>Weights that are −0 and therefore stored; <see cref="ValueEncoding.Equal"/> would make them 0.</summary>
    public long NegativeZeros => Weights.Sum(w => w.Weight.NegativeZeros);

    /// <summary>The opset before and after, where it must be raised for the unpacking operators; else null.</summary>
    public (long Before, long After)? NewOpset => RaisesOpset ? (Opset.Version, OpsetUpgrade.Needed) : null;

    /// <summary>The weights that are packed, with the <see cref="PackedWeight.Key"/> that they will have and how their values are stored.</summary>
    public IReadOnlyList<(WeightTensor Weight, string Key, ValueEncoding Values)> Packed
    {
        get
        {
            var graphs = GraphPlaces.Of(Model);
            return [.. Weights.Where(w => w.Positions != PositionEncoding.Dense).Select(w => (w.Weight.Weight.Weights, graphs.Key(w.Weight.Weight), w.Weight.Values))];
        }
    }

    internal OnnxModel Model { get; }

    internal IReadOnlyList<PlannedWeight> Weights { get; }

    internal OpsetUpgrade Opset { get; }

    /// <summary>Whether nodes are added that the model's opset lacks.</summary>
    internal bool RaisesOpset => Opset.IsDue && Weights.Any(w => w.Positions != PositionEncoding.Dense && !w.Positions.IsSparseInitializer);

    /// <summary>Reads every weight once and chooses.</summary>
    /// <exception cref="InvalidModelException">The model is damaged.</exception>
    /// <exception cref="InvalidPlanException">A pattern matches nothing.</exception>
    public static PackPlan Of(OnnxModel model, PackOptions options)
    {
        if (options.Positions is { IsSparseInitializer: true } && !options.Values.IsLossless)
            throw new ArgumentException($"A sparse initializer holds the weights themselves; {options.Values} values need gaps or a bitmask.", nameof(options));
        var targets = TargetSelection.Of(new() { Targets = options.Targets, Amount = 0.0 }, ModelWeights.Of(model));
        var graphs = GraphPlaces.Of(model);
        var opset = OpsetUpgrade.Of(model);
        var overridable = OnnxPacker.Overridable(model);
        var scope = new UnpackScope(new HashSet<string>(), 0);
        var weights = new List<PlannedWeight>();
        foreach (var weight in targets.Selected)
        {
            options.Progress?.Report($"measuring {weight.Name} ({weights.Count + 1} of {targets.Selected.Count})");
            var packable = PackableWeight.Of(weight, options.Values, options.Cancellation);
            var planned = Plan(packable, options, Obstacle(weight, graphs, opset, overridable), graphs.DenseBytes(weight), scope);
            if (planned.Positions != PositionEncoding.Dense)
                UnpackEmission.Add(scope, planned);
            packable.Chunks.Release();
            weights.Add(planned);
        }

        return new(model, weights, targets.Skipped, opset);
    }

    private static PlannedWeight Plan(PackableWeight weight, PackOptions options, (string? Any, string? Nodes) obstacle, long denseBytes, UnpackScope scope)
    {
        var costs = new Dictionary<string, long>(StringComparer.Ordinal) { [PositionEncoding.Dense.Name] = denseBytes };
        foreach (var encoding in PositionEncoding.All.Skip(1))
        {
            if (obstacle.Any is not null || (encoding.IsSparseInitializer ? !weight.Values.IsLossless : obstacle.Nodes is not null))
                continue;
            if (encoding == PositionEncoding.SparseInitializerInt32 && weight.Length > int.MaxValue)
                continue;
            var trial = scope.Fork();
            UnpackEmission.Add(trial, weight, encoding);
            costs[encoding.Name] = trial.Bytes;
        }

        // Sparse initializers only on request: ONNX Runtime takes them, but no operator's type says sparse_tensor, so strict checkers refuse them.
        var wanted = PositionEncoding.All.Where(e => costs.ContainsKey(e.Name)
            && (options.Positions is null ? !e.IsSparseInitializer : e == options.Positions || e == PositionEncoding.Dense));
        var chosen = wanted.MinBy(e => costs[e.Name])!;
        bool dense = chosen == PositionEncoding.Dense;
        string? reason = obstacle.Any ?? (dense ? obstacle.Nodes : null)
            ?? (dense ? PackedLayer.DenseIsSmaller : weight.Choice.Reason);
        return new(weight, chosen, new()
        {
            Name = weight.Weight.Name,
            Op = weight.Weight.Op,
            Shape = weight.Weight.Shape,
            Parameters = weight.Length,
            Zeros = weight.Length - weight.Survivors,
            Positions = chosen.Name,
            Values = dense ? ValueEncoding.Exact.Name : weight.Values.Name,
            DenseBytes = denseBytes,
            Bytes = costs[chosen.Name],
            BoundBytes = EntropyBound.Bytes(weight.Length, weight.Survivors, weight.Values.Bits(weight.Type)),
            Costs = costs,
            Reason = reason,
        });
    }

    // What keeps a weight dense in any case, and what keeps only the unpacking nodes from it.
    private static (string? Any, string? Nodes) Obstacle(ModelWeight weight, GraphPlaces graphs, OpsetUpgrade opset, IReadOnlySet<string> overridable)
    {
        long bytes = weight.Weights.Data.Length * weight.Weights.Data.Type.Bytes();
        if (graphs.Of(weight) is null)
            return ("stands in the body of a function, which cannot hold initializers", null);
        if (overridable.Contains(weight.ValueName))
            return ($"is a graph input too, so that callers may give another {weight.ValueName}; take it out of the inputs first", null);
        if (weight.Aliases.Count > 0)
            return ($"shares its external bytes with {weight.Aliases[0]}", null);
        if (weight.Weights.Data.Type == ElementType.BFloat16)
            return (null, "bfloat16 is not a type that the unpacking operators take everywhere");
        if (bytes >= MostFoldedBytes)
            return (null, $"its {bytes} dense bytes are over the 1 GiB up to which ONNX Runtime folds constants");
        return (null, opset.Obstacle);
    }
}
