using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx;

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
        options = Options(options, session);
        using var own = session is null ? new SessionOptions { IntraOpNumThreads = options.Threads } : null;
        session ??= own!;
        var layers = ModelLayers.Of(source.Model);
        var plan = engine.Find(layers.Graph, options, options.Claim == ClaimRule.Measured ? new DenseTimer(source.Model, options.Threads) : null);
        ImmutableArray<ImmutableArray<int>> regions = [.. plan.Regions.Where(region => layers.Graph.Part(region) is { Inputs.IsEmpty: false, Outputs.IsEmpty: false })];
        if (regions.IsEmpty)
            return new(Load(source, session, source.Plain), plan.Layers, [], 0);
        var op = SparseOperator.Instance;
        op.Register(session);
        var numbers = new List<long>();
        var programs = new List<SparseProgram>();
        try
        {
            foreach (var region in regions)
            {
                var kernel = engine.Pack(layers.Graph.Part(region), options);
                numbers.Add(op.Add(kernel));
                if (kernel.Program is { } program)
                    programs.Add(program);
            }

            byte[] model = RegionModel.Bytes(layers, regions, [.. numbers]);
            return new(Load(source, session, o => new(model, o)), plan.Layers, programs, regions.Length);
        }
        finally
        {
            numbers.ForEach(op.Remove); // from here on the session's kernels own them
        }
    }

    // The engine cannot ask ONNX Runtime for the threads, so both must be told the same.
    private static AccelerateOptions Options(AccelerateOptions? options, SessionOptions? session)
    {
        options ??= new();
        return options.Threads == 0 && session is { IntraOpNumThreads: > 0 } ? options with { Threads = session.IntraOpNumThreads } : options;
    }

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
