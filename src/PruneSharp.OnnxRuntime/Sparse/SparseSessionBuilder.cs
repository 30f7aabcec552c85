using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime;

/// <summary>Makes sparse sessions: finds the regions, packs them, rewrites the graph in memory, loads it.</summary>
internal static class SparseSessionBuilder
{
    /// <summary>Makes a session.</summary>
    /// <param name="source">The model.</param>
    /// <param name="options">What may be claimed; null for the defaults.</param>
    /// <param name="session">Options of ONNX Runtime; null for defaults.</param>
    /// <param name="engine">What finds and runs the regions; null for the sparse engine.</param>
    public static SparseSession Build(SparseModel source, AccelerateOptions? options, SessionOptions? session, RegionEngine? engine = null)
    {
        engine ??= RegionEngine.Sparse;
        options ??= new();
        int threads = options.Threads > 0 ? options.Threads : session?.IntraOpNumThreads ?? 0; // the engine cannot ask ONNX Runtime, so both must be told the same
        options = options with { Threads = threads > 0 ? threads : PhysicalCores.Count };
        using var own = session is null ? new SessionOptions { IntraOpNumThreads = threads } : null;
        session ??= own!;
        var layers = ModelLayers.Of(source.Model);
        var warnings = new List<string>();
        var plan = Plan(source, layers, options, engine, options.Claim == ClaimRule.Measured ? new DenseTimer(source.Model, threads) : null, warnings.Add);
        if (!plan.Regions.IsEmpty && Sparse(source, layers, options, session, engine, plan, warnings) is { } sparse)
            return sparse;
        return new(Load(source, session, source.Plain), [.. plan.Layers.Select(Left)], [], 0, [.. warnings]);
    }

    private static RegionPlan Plan(SparseModel source, ModelLayers layers, AccelerateOptions options, RegionEngine engine, IDenseTimer? timer, Action<string> warn)
    {
        try
        {
            var plan = new RegionSearch(options, OrtEnv.Instance().GetVersionString(), warn).Find(layers.Graph, timer, engine.Find);
            return plan with { Regions = [.. plan.Regions.Where(region => layers.Graph.Part(region) is { Inputs.IsEmpty: false, Outputs.IsEmpty: false })] };
        }
        catch (Exception error)
        {
            // Whatever the model has done to us, ONNX Runtime may be able to run it.
            warn($"Nothing of {source.Model.Name} is claimed: {error.Message.TrimEnd('.')}.");
            return RegionPlan.Nothing;
        }
    }

    // Null where the model is better loaded as it is; the warnings say why.
    private static SparseSession? Sparse(
        SparseModel source, ModelLayers layers, AccelerateOptions options, SessionOptions session, RegionEngine engine, RegionPlan plan, List<string> warnings)
    {
        var op = SparseOperator.Instance;
        op.Register(session);
        var numbers = new List<long>();
        var programs = new List<SparseProgram>();
        try
        {
            foreach (var region in plan.Regions)
            {
                try
                {
                    var kernel = engine.Pack(layers.Graph.Part(region), options);
                    numbers.Add(op.Add(kernel));
                    if (kernel.Program is { } program)
                        programs.Add(program);
                }
                catch (Exception error)
                {
                    plan = plan.Without(layers.Graph, region, $"in a region that the sparse kernels cannot run: {error.Message.TrimEnd('.')}");
                    warnings.Add($"A region of {region.Length} nodes stays with ONNX Runtime: {error.Message.TrimEnd('.')}.");
                }
            }

            if (plan.Regions.IsEmpty)
                return null;
            byte[] model = RegionReplacement.Bytes(layers, plan.Regions, [.. numbers]);
            return new(Load(source, session, o => new(model, o)), plan.Layers, programs, plan.Regions.Length, [.. warnings]);
        }
        catch (Exception error)
        {
            warnings.Add($"The whole of {source.Model.Name} stays with ONNX Runtime: {error.Message.TrimEnd('.')}.");
            return null;
        }
        finally
        {
            numbers.ForEach(op.Remove); // from here on the session's kernels own them
        }
    }

    private static LayerDecision Left(LayerDecision layer) =>
        layer.Claimed ? layer with { Claimed = false, Format = "", Reason = "the model could not be loaded with sparse regions" } : layer;

    private static InferenceSession Load(SparseModel source, SessionOptions session, Func<SessionOptions, InferenceSession> open)
    {
        if (source.Folder is not null)
            session.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", source.Folder);
        try
        {
            return open(session);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidModelException(source.Model.Name, $"ONNX Runtime cannot load it: {error.Message}", error);
        }
    }
}
