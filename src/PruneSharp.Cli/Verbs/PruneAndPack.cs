using System.CommandLine;
using PruneSharp.Cli.Rendering;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary>The part of <c>prunesharp prune --pack</c> that comes after pruning.</summary>
internal sealed class PruneAndPack(Option<string> range, Option<string[]> dim)
{
    private readonly Option<bool> _pack = new("--pack") { Description = "Pack the pruned model, as the pack verb does." };
    private readonly Option<string> _positions = PackSettings.Positions();
    private readonly Option<string> _values = PackSettings.Values();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _pack, _positions, _values })
            command.Add(option);
    }

    /// <summary>Whether to pack.</summary>
    /// <exception cref="FormatException">Packing options are given without --pack, or with --dry-run.</exception>
    public bool IsOn(ParseResult result, bool dryRun)
    {
        bool on = result.GetValue(_pack);
        foreach (var option in new Option[] { _positions, _values })
            if (!on && result.GetResult(option) is { Implicit: false })
                throw new FormatException($"{option.Name} says how to pack; add --pack.");
        return on && dryRun ? throw new FormatException("--dry-run writes nothing, so there is nothing to pack; leave one of them away.") : on;
    }

    /// <summary>Prunes into a folder of its own beside the output, packs from there, and removes it.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="input">The model.</param>
    /// <param name="output">The packed model.</param>
    /// <param name="force">Whether it may exist.</param>
    /// <param name="prune">Prunes to a path.</param>
    /// <param name="json">Whether costs are kept off stdout.</param>
    /// <param name="cancellation">Stops the work.</param>
    public (PruneReport Pruned, PackReport Packed) Run(ParseResult result, string input, string output, bool force, Func<string, PruneReport> prune, bool json, CancellationToken cancellation)
    {
        var options = new PackOptions
        {
            Positions = PositionEncoding.Parse(result.GetRequiredValue(_positions)),
            Values = ValueEncoding.Parse(result.GetRequiredValue(_values)),
            Force = force,
            Cancellation = cancellation,
        };
        var verify = new VerifyOptions { Dims = VerbOptions.DimsOf(result.GetValue(dim)), Range = VerbOptions.RangeOf(result.GetValue(range)) };
        OutputFile.CheckFree(output, force, VerbOptions.FilesOf(input));
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(output))!, $".prunesharp-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        try
        {
            string pruned = Path.Combine(folder, Path.GetFileName(input));
            var report = prune(pruned);
            var packed = ModelPacker.Pack(pruned, output, options, verify, plan => PackRendering.Costs(plan, json ? TextWriter.Null : Console.Out), MeasureLoadVerb.Measure);
            return (report with { Output = output, OutputBytes = packed.OutputBytes, UnusedDataFiles = [] }, packed with { Model = input });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
