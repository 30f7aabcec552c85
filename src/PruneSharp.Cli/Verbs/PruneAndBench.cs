using System.CommandLine;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary>The part of <c>prunesharp prune --bench</c> that comes after the model is written.</summary>
internal sealed class PruneAndBench(Option<int> threads, Option<string> range, Option<string[]> dim)
{
    private static readonly string[] Checkpoints = [".safetensors", ".pt", ".pth"];

    private readonly Option<bool> _bench = new("--bench") { Description = "Time the written model with and without the sparse kernels, as the bench verb does; exit code 1 where outputs differ." };

    public void AddTo(Command command) => command.Add(_bench);

    /// <summary>How to time; null where that was not asked for.</summary>
    /// <exception cref="FormatException">There is nothing to run: --dry-run, or a checkpoint.</exception>
    public SparseBenchOptions? Read(ParseResult result, string input, bool dryRun)
    {
        if (!result.GetValue(_bench))
            return null;
        if (dryRun)
            throw new FormatException("--dry-run writes nothing, so there is nothing to time; leave it or --bench away.");
        if (Checkpoints.Contains(Path.GetExtension(input), StringComparer.OrdinalIgnoreCase))
            throw new FormatException($"--bench runs models; {Path.GetFileName(input)} is a checkpoint without a graph by its name.");
        return new()
        {
            Latency = new()
            {
                Threads = result.GetResult(threads) is { Implicit: false } ? result.GetValue(threads) : 1,
                Dims = VerbOptions.DimsOf(result.GetValue(dim)),
                Range = VerbOptions.RangeOf(result.GetValue(range)),
            },
        };
    }

    /// <summary>Times the written model.</summary>
    /// <exception cref="InvalidOperationException">The user stopped it.</exception>
    public static SparseBenchReport Run(string model, SparseBenchOptions options)
    {
        using var interrupt = new Interrupt();
        try
        {
            return SparseBench.Run(model, options with { Latency = options.Latency with { Cancellation = interrupt.Token } });
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"Stopped; {model} was written, but not timed.");
        }
    }
}
