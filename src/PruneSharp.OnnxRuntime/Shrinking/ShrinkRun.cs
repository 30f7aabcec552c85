using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>One run of the command: the analysis of a model, and the steps that share it.</summary>
internal sealed class ShrinkRun
{
    private const int LatencySteps = 7;

    // What is given back of dead units where the nodes that write constant operands anew cost more than the filters did.
    private const string Fills = "constant operands of sums";

    private readonly OnnxModel _model;
    private readonly ShrinkTarget _target;
    private readonly ShrinkOptions _options;
    private readonly LatencyOptions _latency;
    private readonly ModelSource _dense;
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private IReadOnlyList<RefusedFamily>? _refused;
    private UnitRanking? _ranking;
    private double? _denseMilliseconds;

    /// <summary>Analyses a model.</summary>
    public ShrinkRun(OnnxModel model, ShrinkTarget target, ShrinkOptions options)
    {
        _model = model;
        _target = target;
        _options = options;
        _latency = options.Latency with { Dims = options.Verify.Dims, Range = options.Verify.Range, Seed = options.Verify.Seed, Cancellation = options.Cancellation };
        _dense = ModelSource.File(model.Path);
        options.Progress?.Report("running the model to see its shapes");
        var shapes = ShapeProbe.Run(model, options.Verify.Dims, options.Cancellation);
        options.Progress?.Report("finding what belongs together");
        Analysis = ShrinkAnalysis.Of(model, shapes, options.Rules);
    }

    /// <summary>What can go.</summary>
    public ShrinkAnalysis Analysis { get; }

    private int Align => _target is ShrinkTarget.Dead dead ? dead.Align : _options.Ranking.Align;

    /// <summary>What stays, and why.</summary>
    public IReadOnlyList<RefusedFamily> Refused => _refused ?? Analysis.Refused;

    /// <summary>What was done, for the model's metadata.</summary>
    public string Description => _target switch
    {
        ShrinkTarget.Dead => "dead",
        ShrinkTarget.Replay => "cuts",
        _ => $"{_target switch
        {
            ShrinkTarget.Units(var amount) => $"amount {amount}",
            ShrinkTarget.Macs(var limit) => $"macs {limit}",
            ShrinkTarget.Parameters(var limit) => $"parameters {limit}",
            ShrinkTarget.FileBytes(var limit) => $"bytes {limit}",
            ShrinkTarget.Latency(var limit) => $"milliseconds {ShrinkWarnings.Number(limit)}",
            _ => "",
        }}, {_options.Ranking.Criterion.Name}, {_options.Ranking.Scope.ToString().ToLowerInvariant()}, align {Align}{(_options.Rules.Approximate ? ", approximate" : "")}",
    };

    /// <summary>The cut that meets the target.</summary>
    public ShrinkCut Choose()
    {
        if (_target is ShrinkTarget.Replay replay)
            return Analysis.Replay(replay.Cuts);
        if (_target is ShrinkTarget.Dead dead)
        {
            _options.Progress?.Report("looking for dead units");
            var found = DeadUnits.Find(Analysis, _kept.Contains(Fills) ? (dead.Options ?? new()) with { Fill = DeadFill.Never } : dead.Options);
            _refused = [.. found.Refused.Select(r => new RefusedFamily(r.Family, null, null, $"{r.Units} constant units: {r.Reason}"))];
            return found.Cut(Align);
        }

        if (Analysis.Families.Count == 0)
            throw new InvalidOperationException($"{_model.Name} has nothing that can shrink: {Reasons()}");
        _options.Progress?.Report("ranking units");
        var ranking = _ranking ??= new(Analysis, _options.Ranking);
        return _target switch
        {
            ShrinkTarget.Units(var amount) => ranking.At(amount, _kept),
            ShrinkTarget.Macs(var limit) => Find(cut => cut.Macs, Absolute(limit, Analysis.Macs), "multiply-accumulates"),
            ShrinkTarget.Parameters(var limit) => Find(cut => cut.Parameters, Absolute(limit, Analysis.Parameters), "parameters"),
            ShrinkTarget.FileBytes(var limit) => Find(cut => OnnxShrinker.Bytes(cut, Description), limit, "bytes"),
            ShrinkTarget.Latency(var limit) => Find(Milliseconds, limit, "milliseconds", LatencySteps),
            _ => throw new InvalidOperationException($"There is no target {_target}."),
        };

        ShrinkCut Find(Func<ShrinkCut, double> measure, double limit, string unit, int? steps = null) => steps is { } given
            ? TargetSearch.Find(fraction => ranking.At(fraction, _kept), measure, limit, unit, given)
            : TargetSearch.Find(fraction => ranking.At(fraction, _kept), measure, limit, unit);
    }

    /// <summary>Compares the cut with the masked model.</summary>
    /// <returns>Null where the model does not run, which is a warning.</returns>
    /// <exception cref="ShrinkMismatchException">They differ.</exception>
    public ShrinkVerification? Verify(ShrinkCut cut, List<string> warnings)
    {
        _options.Progress?.Report("comparing with the masked model in ONNX Runtime");
        var check = new ShrinkCheck(cut, _model.Path, _options.Verify, _options.Cancellation);
        try
        {
            using var session = ModelSession.Open(_model.Path);
            GeneratedInputs.FindDims(session, _model.Name, _options.Verify.Dims);
        }
        catch (InvalidModelException error)
        {
            warnings.Add($"The result was not compared: {error.Message}");
            return null;
        }

        var verification = _target is ShrinkTarget.Dead ? check.Lossless() : check.Masked();
        if (!verification.Optimized)
            warnings.Add("Graph optimisation alone moves the outputs of this model further than the tolerance; the models were compared without it.");
        if (verification.Unjudged.Count > 0)
            warnings.Add($"Outputs {string.Join(", ", verification.Unjudged)} lie behind comparisons of values in which the last bit decides, and were not judged; what goes into the comparisons was.");
        if (!verification.NonVacuous && !cut.IsEmpty)
            warnings.Add("Masking what goes changes nothing that could be compared on generated inputs, so that the comparison says little. Inputs of another range (--range) may tell more.");
        return verification;
    }

    /// <summary>Latencies of the model and of the cut one, measured in turns; null where the model does not run.</summary>
    public (ModelLatency Before, ModelLatency After)? Latencies(ShrinkCut cut)
    {
        _options.Progress?.Report("measuring latency");
        try
        {
            var measured = LatencyComparison.Measure([_dense, Source(cut)], _latency);
            return (measured[0], measured[1]);
        }
        catch (InvalidModelException)
        {
            return null;
        }
    }

    /// <summary>A cut without the families whose layers got slower, and their names; null where there are none.</summary>
    /// <param name="cut">The cut.</param>
    /// <param name="ratio">Time of a run after the cut to that before, measured in turns.</param>
    public (ShrinkCut Cut, IReadOnlyList<string> Families)? GiveBack(ShrinkCut cut, double ratio)
    {
        if (_target is ShrinkTarget.Dead)
            return cut.IsEmpty || ratio < 1 || Align == 1 || !_kept.Add(Fills) ? null : (Choose(), [Fills]);
        if (cut.IsEmpty || _ranking is null || Align == 1)
            return null;
        _options.Progress?.Report("looking for layers that got slower");
        string[] slower = [.. SlowerLayers.Find(_dense, _model, Source(cut), cut, ratio, _latency).Where(_kept.Add)];
        try
        {
            return slower.Length == 0 ? null : (Choose(), slower);
        }
        catch (InvalidOperationException)
        {
            return null; // without these families the limit cannot be met
        }
    }

    // The ratio to the whole model, measured in turns, holds while the machine is busy with other things too.
    private double Milliseconds(ShrinkCut cut)
    {
        var (before, after) = Latencies(cut) ?? throw new InvalidModelException(_model.Name, "it does not run in ONNX Runtime, so that its latency cannot be measured.");
        _denseMilliseconds ??= before.MedianMilliseconds;
        return _denseMilliseconds.Value * after.P10Milliseconds / before.P10Milliseconds;
    }

    private ModelSource Source(ShrinkCut cut) => ModelSource.Memory(cut.Shrunk(), $"{_model.Name}, shrunk", Path.GetDirectoryName(Path.GetFullPath(_model.Path))!);

    private static double Absolute(Amount limit, long whole) => limit.IsCount ? limit.Count : limit.Fraction * whole;

    private string Reasons() => ModelWeights.Of(_model).Skipped.Any(s => s.Reason.StartsWith(ModelWeights.PackedReason, StringComparison.Ordinal)) ? "its weights are packed; unpack the model first."
        : Analysis.Refused.Count == 0 ? "no node adds over weights."
        : string.Join("; ", Analysis.Refused.GroupBy(r => r.Reason, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Take(3).Select(g => $"{g.Count()} families: {g.Key}"));
}
