namespace PruneSharp.Kernels;

/// <summary>Decides how every value of a region is held for one shape of its inputs, and makes the steps.</summary>
/// <remarks>
/// The first pass goes over the operations and chooses layouts, so that values stay in them from one layer to the next; halos grow to what the readers need.
/// The second makes the steps, once every layout is known.
/// </remarks>
internal sealed class PlanBuilder
{
    private readonly RegionModel _model;
    private readonly int _threads;
    private readonly int _lanes;
    private readonly ValueStorage _storage;
    private readonly Dictionary<string, PlaneShape> _shapes;
    private readonly Dictionary<string, List<Plane>> _planes = [];
    private readonly Dictionary<string, int> _inputs = [];
    private readonly Dictionary<string, int> _outputs = [];
    private readonly List<(string Layer, Func<IEnumerable<RegionStep>> Steps)> _makers = [];
    private string _layerName = "";

    /// <summary>Begins a plan.</summary>
    /// <param name="model">The region.</param>
    /// <param name="inputShapes">The shape of each input, for one image.</param>
    /// <param name="threads">Threads to cut the work for.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="storage">How the weights of matrix-vector products are stored.</param>
    public PlanBuilder(RegionModel model, IReadOnlyList<PlaneShape> inputShapes, int threads, int lanes, ValueStorage storage = ValueStorage.Float32)
    {
        (_model, _threads, _lanes, _storage) = (model, threads, lanes, storage);
        _shapes = RegionShapes.Of(model, inputShapes);
        for (int i = 0; i < model.Inputs.Length; i++) _inputs[model.Inputs[i]] = i;
        for (int i = 0; i < model.Outputs.Length; i++) _outputs[model.Outputs[i]] = i;
    }

    /// <summary>Makes the plan.</summary>
    public RegionProgramPlan Build()
    {
        foreach (string input in _model.Inputs) _planes[input] = [new Plane(_shapes[input], null, PlanePlace.Input, _inputs[input])];
        foreach (RegionOperation operation in _model.Operations)
        {
            _planes[operation.Output] = [];
            _layerName = operation is WeightOperation weights ? weights.Node : "";
            Choose(operation);
            if (_outputs.TryGetValue(operation.Output, out int index) && Held(operation.Output) is { Place: not PlanePlace.Output } made)
            {
                Plane target = new(made.Shape, null, PlanePlace.Output, index);
                Then(() => [new WriteStep(made, target, Strides(made.Shape), _threads)]);
            }
        }

        return new RegionProgramPlan([.. _makers.SelectMany(maker => maker.Steps().Select(step => (maker.Layer, step)))]);
    }

    private void Then(Func<IEnumerable<RegionStep>> steps) => _makers.Add((_layerName, steps));

    private void Choose(RegionOperation operation)
    {
        switch (operation)
        {
            case WeightOperation layer:
                ChooseLayer(layer);
                break;
            case MaximumOperation maximum:
                PlaneShape input = _shapes[maximum.Input];
                Plane largest = Make(maximum, LayoutChoice.Choose(null, maximum.Window, input, Layouts(maximum.Input), _shapes[maximum.Output], _lanes));
                Plane window = Require(maximum.Input, LayoutChoice.InputLayout(largest.Lanes, input, maximum.Window) with { Fill = float.NegativeInfinity }, maximum.Window);
                Then(() => [new MaximumStep(window, largest, maximum.Window, _threads), .. Halo(largest)]);
                break;
            case MeanOperation mean:
                Plane all = RequireAny(mean.Input, readsFill: true);
                all.FillIsFixed = true;
                Plane means = Make(mean, null);
                Then(() => [new MeanStep(all, means, _threads)]);
                break;
            case ActivationOperation activation:
                ChooseElement(operation, null, null, activation.Activation);
                break;
            case AddOperation add:
                ChooseElement(operation, add.Right, null, add.Activation);
                break;
            case ScaleOperation scale:
                ChooseElement(operation, null, scale.Gate, default);
                break;
            default:
                throw new InvalidOperationException($"{operation.GetType().Name} has no step.");
        }
    }

    private void ChooseLayer(WeightOperation layer)
    {
        ConvShape shape = layer.Pattern.Shape;
        PlaneShape input = _shapes[layer.Inputs[0]];
        if (input.IsVector && shape is { Taps: 1, Groups: 1, PadTop: 0, PadLeft: 0 } && _shapes[layer.Output].IsVector)
        {
            Plane vector = RequireRowMajor(layer.Inputs[0]);
            Plane? added = layer.HasResidual ? RequireRowMajor(layer.Inputs[1]) : null;
            Plane product = Make(layer, null);
            bool more = added is not null || layer.Activation.Kind != ActivationKind.None;
            Then(() => [new VectorStep(layer, vector, product, _storage, _threads), .. more ? [new ElementStep(product, added, null, product, layer.Activation, _threads)] : Array.Empty<RegionStep>()]);
            return;
        }

        LaneLayout chosen = LayoutChoice.Choose(layer.Pattern, shape, input, Layouts(layer.Inputs[0]), _shapes[layer.Output], _lanes);
        Plane from = Require(layer.Inputs[0], LayoutChoice.InputLayout(chosen, input, shape), shape);
        Plane? residual = layer.HasResidual ? Require(layer.Inputs[1], chosen) : null;
        Plane to = Make(layer, chosen);
        Then(() => [new RowStep(layer, from, residual, to, _threads), .. Activate(to, layer.Activation), .. Halo(to)]);
    }

    private void ChooseElement(RegionOperation operation, string? right, string? gate, Activation activation)
    {
        string left = operation.Inputs[0];
        bool rowMajor = _shapes[left].IsVector;
        Plane first = rowMajor ? RequireRowMajor(left) : RequireAny(left);
        Plane? second = right is null ? null : rowMajor ? RequireRowMajor(right) : Require(right, first.Lanes with { Halo = default });
        Plane? factors = gate is null ? null : RequireRowMajor(gate);
        Plane to = Make(operation, first.Layout is null ? null : first.Lanes with { Halo = default, Fill = 0 });
        Then(() => [new ElementStep(first, second, factors, to, activation, _threads), .. Halo(to)]);
    }

    // The plane that an operation writes: in a layout, or row-major and then straight into an output of the region.
    private Plane Make(RegionOperation operation, LaneLayout? layout)
    {
        bool direct = layout is null && _outputs.ContainsKey(operation.Output);
        Plane plane = new(_shapes[operation.Output], layout, direct ? PlanePlace.Output : PlanePlace.Arena, direct ? _outputs[operation.Output] : -1);
        _planes[operation.Output].Add(plane);
        return plane;
    }

    // A value for the windows of a layer. They reach outside through the halo, or at the end of the last blocks.
    private Plane Require(string value, LaneLayout needed, ConvShape window) =>
        Require(value, needed, readsFill: !needed.Halo.IsEmpty || window.PadBottom > 0 || window.PadRight > 0);

    // A value in given blocks, with at least the given halo: one that is there, or a copy.
    private Plane Require(string value, LaneLayout needed, bool readsFill = false)
    {
        foreach (Plane plane in _planes[value])
        {
            if (plane.Layout is not { } layout || !layout.SameBlocks(needed)) continue;
            if (readsFill && plane.FillIsFixed && !layout.Fill.Equals(needed.Fill)) continue;
            plane.Layout = layout with { Halo = layout.Halo.Union(needed.Halo), Fill = readsFill ? needed.Fill : layout.Fill };
            plane.FillIsFixed |= readsFill;
            return plane;
        }

        Plane from = Held(value);
        Plane copy = new(from.Shape, needed, PlanePlace.Arena, -1) { FillIsFixed = readsFill };
        _planes[value].Add(copy);
        Then(() => [new ReadStep(from, copy, Strides(from.Shape), _threads)]);
        return copy;
    }

    private Plane RequireAny(string value, bool readsFill = false)
    {
        Plane? laid = _planes[value].Find(plane => plane.Layout is { CoversPlane: true, Fill: 0 });
        return laid ?? Require(value, LayoutChoice.Candidates(_shapes[value], _lanes).MinBy(layout => layout.BlockHeight * layout.BlockWidth) ?? throw new InvalidOperationException(), readsFill);
    }

    private Plane RequireRowMajor(string value)
    {
        Plane? there = _planes[value].Find(plane => plane.Layout is null);
        if (there is not null) return there;
        Plane from = Held(value);
        Plane copy = new(from.Shape, null, PlanePlace.Arena, -1);
        _planes[value].Add(copy);
        Then(() => [new WriteStep(from, copy, Strides(from.Shape), _threads)]);
        return copy;
    }

    private IEnumerable<RegionStep> Activate(Plane plane, Activation activation)
    {
        if (activation.Kind is not (ActivationKind.None or ActivationKind.Clamp)) yield return new ElementStep(plane, null, null, plane, activation, _threads);
    }

    private IEnumerable<RegionStep> Halo(Plane plane)
    {
        if (plane.Layout is { } layout && (!layout.Halo.IsEmpty || layout.HasOutside)) yield return new HaloStep(plane, _threads);
    }

    private List<LaneLayout> Layouts(string value) => [.. _planes[value].Select(plane => plane.Layout).OfType<LaneLayout>()];

    private Plane Held(string value) => _planes[value][0];

    private PlaneStrides Strides(PlaneShape shape) => _model.IsMatrix ? PlaneStrides.Matrix(shape.Channels) : PlaneStrides.Image(shape.Height, shape.Width);
}
