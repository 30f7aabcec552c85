using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.Kernels;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary><c>prunesharp bench</c>.</summary>
internal static class BenchVerb
{
    public static Command Create()
    {
        var model = VerbOptions.Model();
        var against = new Option<string>("--against") { Description = "Time another model densely, such as the one before pruning.", HelpName = "DENSE" };
        var threads = new Option<int>("--threads") { Description = "Threads of ONNX Runtime; 0 = all.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var runs = new Option<int?>("--runs") { Description = "Timed runs of each at least. [default: for one second, at least 10]", HelpName = "N" };
        var sparsity = new Option<double>("--min-sparsity") { Description = "Least sparsity of a layer that is claimed for itself.", HelpName = "S", DefaultValueFactory = _ => new AccelerateOptions().MinSparsity };
        var claim = new Option<string>("--claim") { Description = "Claim what is faster when timed first (measured), what an estimate says (estimated), or all that can be (always).", HelpName = "RULE", DefaultValueFactory = _ => "measured" }.AcceptOnlyFromAmong("measured", "estimated", "always");
        var tolerance = new Option<double>("--tolerance") { Description = "Allowed max|a-b| as a fraction of max|a|, for each output.", HelpName = "T", DefaultValueFactory = _ => 1e-5 };
        var seed = VerbOptions.Seed("Seed of the generated inputs.");
        var dim = VerbOptions.Dim();
        var range = VerbOptions.Range();
        var json = VerbOptions.Json();
        var command = new Command("bench", "Time a pruned model in ONNX Runtime with its own kernels and with the sparse ones.") { model, against, threads, runs, sparsity, claim, tolerance, seed, dim, range, json };
        command.SetAction(result =>
        {
            using var interrupt = new Interrupt();
            if (result.GetValue(runs) is < 1)
                throw new FormatException("--runs must be at least 1.");
            var latency = new LatencyOptions
            {
                Threads = result.GetValue(threads) is >= 0 and var t ? t : throw new FormatException("--threads must be at least 0."),
                Seed = result.GetValue(seed),
                Dims = VerbOptions.DimsOf(result.GetValue(dim)),
                Range = VerbOptions.RangeOf(result.GetValue(range)),
                Cancellation = interrupt.Token,
            };
            if (result.GetValue(runs) is { } atLeast)
                latency = latency with { MinimumRuns = atLeast, MaximumRuns = Math.Max(atLeast, latency.MaximumRuns), MinimumMilliseconds = 0 };
            var report = SparseBench.Run(result.GetRequiredValue(model), new()
            {
                Against = result.GetValue(against),
                Latency = latency,
                Tolerance = result.GetValue(tolerance) is >= 0 and var within ? within : throw new FormatException("--tolerance must be a number of at least 0."),
                Accelerate = new() { MinSparsity = result.GetValue(sparsity) is >= 0 and <= 1 and var s ? s : throw new FormatException("--min-sparsity must be from 0 to 1."), Claim = Enum.Parse<ClaimRule>(result.GetRequiredValue(claim), ignoreCase: true) },
            });
            BenchRendering.Show(report, result.GetValue(json));
            return report.Pass ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
