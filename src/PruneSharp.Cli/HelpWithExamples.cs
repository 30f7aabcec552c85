using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PruneSharp.Cli;

/// <summary>The usual help, followed by examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        string[] examples = parseResult.CommandResult.Command.Name switch
        {
            "inspect" => ["inspect model.onnx", "inspect model.onnx --json"],
            "prune" =>
            [
                "prune model.onnx -o pruned.onnx --amount 0.3",
                "prune model.onnx -o pruned.onnx --amount 80% --allocation lamp --skip \"*head*\"",
                "prune model.onnx -o pruned.onnx --structure 2:4",
                "prune model.onnx -o packed.onnx --amount 0.8 --pack",
                "prune model.onnx -o pruned.onnx --amount 0.9 --allocation local --structure block:4x1 --bench",
                "prune model.onnx --amount 0.5 --dry-run --json",
            ],
            "pack" =>
            [
                "pack pruned.onnx -o packed.onnx",
                "pack pruned.onnx -o packed.onnx --values codebook:4 --range 0:255",
                "pack pruned.onnx -o packed.psz --container",
                "pack weights.safetensors -o sparse.safetensors --format sparse-bitmask",
                "pack pruned.onnx --dry-run --json",
            ],
            "unpack" => ["unpack packed.onnx -o model.onnx", "unpack packed.psz -o model.onnx"],
            "shrink" =>
            [
                "shrink model.onnx -o small.onnx --amount 0.3",
                "shrink model.onnx -o small.onnx --macs 0.5 --scope global --save-cuts cuts.json",
                "shrink retrained.onnx -o small.onnx --cuts cuts.json",
                "shrink model.onnx -o small.onnx --dead",
                "shrink model.onnx --explain conv1.weight:5",
            ],
            "scan" => ["scan model.onnx -o plan.json", "scan model.onnx --data samples.npz --budget 0.02 --json"],
            "verify" => ["verify model.onnx pruned.onnx --tolerance 0.01", "verify a.onnx b.onnx --dim batch=4 --range 0:255"],
            "bench" => ["bench pruned.onnx", "bench pruned.onnx --threads 2 --runs 50", "bench pruned.onnx --against model.onnx --json", "bench pruned.onnx --dim batch=8 --claim always"],
            _ => ["inspect model.onnx", "prune model.onnx -o pruned.onnx --amount 0.3", "pack pruned.onnx -o packed.onnx", "shrink model.onnx -o small.onnx --amount 0.3", "bench pruned.onnx", "verify model.onnx pruned.onnx"],
        };
        Console.Out.WriteLine("Examples:");
        foreach (string example in examples)
            Console.Out.WriteLine($"  prunesharp {example}");
        return code;
    }
}
