using System.CommandLine;
using PruneSharp.Onnx;

namespace PruneSharp.Cli.Verbs;

/// <summary>The options that make up a plan, and the default recipe behind them.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string> _amount = new("--amount") { Description = "How many units (weights, blocks, channels): a fraction (0.8), a percentage (80%) or a count (1000).", HelpName = "A" };
    private readonly Option<string> _criterion = VerbOptions.Criterion();
    private readonly Option<string> _structure = new("--structure") { Description = "What goes together: unstructured, N:M, block:RxC, channel.", HelpName = "S", DefaultValueFactory = _ => "unstructured" };

    private readonly Option<string> _allocation = new Option<string>("--allocation")
    {
        Description = "How the amount is spread over the layers. [default: global; local for channels]",
    }.AcceptOnlyFromAmong("global", "local", "lamp", "erk");

    private readonly Option<string[]> _only = VerbOptions.Only();
    private readonly Option<string[]> _skip = VerbOptions.Skip();
    private readonly Option<ulong> _seed = VerbOptions.Seed("Seed of criterion random.");
    private readonly Option<bool> _embeddings = new("--embeddings") { Description = "Prune embedding tables too." };

    private readonly Option<long> _minParameters = new("--min-parameters")
    {
        Description = "Leave smaller tensors alone.",
        HelpName = "N",
        DefaultValueFactory = _ => Recipe.MinimumParameters,
    };

    private readonly Option<double> _maxSparsity = new("--max-sparsity")
    {
        Description = "No layer loses more than this fraction (global, lamp, erk). [default: 0.9, or half way from the amount to 1 where that is more]",
        HelpName = "F",
    };

    private readonly Option<double> _minSparsity = new("--min-sparsity") { Description = "Every layer loses at least this fraction.", HelpName = "F" };

    private Option[] All => [_amount, _criterion, _structure, _allocation, _only, _skip, _seed, _embeddings, _minParameters, _maxSparsity, _minSparsity];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>A plan from a file stands alone.</summary>
    /// <exception cref="FormatException">An option of this class was given beside it.</exception>
    public Plan Read(ParseResult result, string path)
    {
        var given = All.Where(o => result.GetResult(o) is { Implicit: false }).Select(o => o.Name).ToList();
        return given.Count == 0 ? PlanFile.Read(path) : throw new FormatException($"--plan already says what {string.Join(", ", given)} would; change the plan or leave the option out.");
    }

    /// <summary>The plan that the options and the default recipe make for a model.</summary>
    public Plan Build(ParseResult result, string input)
    {
        if (result.GetResult(_seed) is { Implicit: false } && result.GetValue(_criterion) != "random")
            throw new FormatException($"--seed has no meaning for criterion {result.GetValue(_criterion)}; add --criterion random or leave it out.");
        var structure = StructureText.Parse(result.GetValue(_structure)!);
        var plan = new Plan
        {
            Criterion = VerbOptions.CriterionOf(result.GetValue(_criterion)!, result.GetValue(_seed)),
            Structure = structure,
            Amount = result.GetValue(_amount) is { } text ? ReadAmount(text) : null,
            Allocation = (result.GetValue(_allocation) ?? (structure.ToString()!.StartsWith("channel", StringComparison.Ordinal) ? "local" : "global")) switch
            {
                "local" => Allocation.Local,
                "lamp" => Allocation.Lamp,
                "erk" => Allocation.Erk,
                _ => Allocation.Global,
            },
            Targets = new()
            {
                Only = result.GetValue(_only) ?? [],
                Skip = result.GetValue(_skip) ?? [],
                Embeddings = result.GetValue(_embeddings),
                MinimumParameters = result.GetValue(_minParameters),
            },
        };
        if (plan.Problems() is { Count: > 0 } problems)
            throw new InvalidPlanException(problems);
        if (structure.FixedSparsity is not null)
            return plan;
        bool limited = result.GetResult(_maxSparsity) is { Implicit: false };
        double most = limited ? result.GetValue(_maxSparsity) : plan.Allocation == Allocation.Local ? 1 : Recipe.MaximumSparsity(Sparsity(plan, input));
        return plan with { Allocation = plan.Allocation with { MinimumSparsity = result.GetValue(_minSparsity), MaximumSparsity = most } };
    }

    private static Amount ReadAmount(string text)
    {
        var amount = Amount.Parse(text);
        if (amount is { IsCount: true, Count: 1 })
            Console.Error.WriteLine("--amount 1 is one weight; --amount 1.0 or 100% is all of them.");
        return amount;
    }

    // A count as a fraction of the model's units.
    private static double Sparsity(Plan plan, string input)
    {
        if (!plan.Amount!.Value.IsCount)
            return plan.Amount.Value.Fraction;
        using var model = OnnxModel.Open(input);
        long units = TargetSelection.Of(plan, ModelWeights.Of(model)).Selected.Sum(w => plan.Structure.UnitCount(w.Weights));
        return units == 0 ? 0 : Math.Min(1, (double)plan.Amount.Value.Count / units);
    }
}
