using System.CommandLine;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

namespace PruneSharp.Cli.Verbs;

/// <summary>The options of shrink that say which units go first, and which may.</summary>
internal sealed class ShrinkChoices
{
    private readonly Option<string> _criterion = new Option<string>("--criterion")
    {
        Description = "What makes a unit important: l1, l2 (sums over all its weights), bn-scale, fpgm (distance to the others), random.",
        DefaultValueFactory = _ => "l1",
    }.AcceptOnlyFromAmong("l1", "l2", "bn-scale", "fpgm", "random");

    private readonly Option<string> _scores = new("--scores") { Description = "Rank by scores of your own: a safetensors file with a tensor for each scored weight, of its name and shape.", HelpName = "FILE" };
    private readonly Option<string> _scope = new Option<string>("--scope") { Description = "Which units compete: those of one family, of all, or of families with the same operators.", DefaultValueFactory = _ => "local" }.AcceptOnlyFromAmong("local", "global", "isomorphic");
    private readonly Option<int?> _align = new("--align") { Description = "Keep multiples of this many units; convolutions always keep multiples of 4; 1 switches both off, and giving back too. [default: 8; 4 with --dead]", HelpName = "N" };
    private readonly Option<int> _minimum = new("--min-kept") { Description = "Keep at least this many units of every family.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _attention = new Option<string>("--attention") { Description = "What goes in attention: whole heads, the same dimensions of every head, none. [default: whichever lets more go]" }.AcceptOnlyFromAmong("heads", "dims", "none");
    private readonly Option<string[]> _only = new("--only") { Description = "Only families with this name, or that touch a weight or node of it; a glob, or re:REGEX. May be repeated.", HelpName = "PATTERN" };
    private readonly Option<string[]> _skip = new("--skip") { Description = "Leave alone families with this name, or that touch a weight or node of it. May be repeated.", HelpName = "PATTERN" };
    private readonly Option<ulong> _seed = VerbOptions.Seed("Seed of criterion random.");
    private readonly Option<bool> _approximate = new("--approximate") { Description = "Let units go over which a mean or a normalisation is taken; what is left then has other statistics." };
    private readonly Option<bool> _keepSlower = new("--keep-slower") { Description = "Remove units also where that makes their layers slower; such families are given back otherwise." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _criterion, _scores, _scope, _align, _minimum, _attention, _only, _skip, _seed, _approximate, _keepSlower })
            command.Add(option);
    }

    /// <exception cref="FormatException">Options do not go together, or one is out of range.</exception>
    public ShrinkOptions Read(ParseResult result, bool dead, bool replays)
    {
        string criterion = result.GetRequiredValue(_criterion);
        if (result.GetResult(_seed) is { Implicit: false } && criterion != "random")
            throw new FormatException($"--seed has no meaning for criterion {criterion}; add --criterion random or leave it out.");
        if (result.GetResult(_criterion) is { Implicit: false } && result.GetValue(_scores) is not null)
            throw new FormatException("--scores ranks by itself; leave --criterion away.");
        int align = result.GetValue(_align) ?? (dead ? RankingOptions.DeadAlign : RankingOptions.DefaultAlign), minimum = result.GetValue(_minimum);
        if (align is < 1 or > 4096)
            throw new FormatException($"--align {align}: use a whole number from 1 to 4096.");
        if (minimum < 1)
            throw new FormatException($"--min-kept {minimum}: use a whole number of at least 1.");
        if ((dead || replays) && new Option[] { _criterion, _scores, _scope, _minimum }.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } ranking)
            throw new FormatException($"{ranking.Name} ranks units; --{(dead ? "dead" : "cuts")} does not rank them. Leave it away.");
        return new()
        {
            Rules = new()
            {
                Attention = result.GetValue(_attention) is { } attention ? Enum.Parse<AttentionUnits>(attention, ignoreCase: true) : AttentionUnits.Auto,
                Approximate = result.GetValue(_approximate),
                Targets = new() { Only = result.GetValue(_only) ?? [], Skip = result.GetValue(_skip) ?? [] },
            },
            Ranking = new()
            {
                Criterion = result.GetValue(_scores) is { } scores ? UnitCriterion.Scores(ScoreFile.Read(scores)) : CriterionOf(criterion, result.GetValue(_seed)),
                Scope = Enum.Parse<ShrinkScope>(result.GetRequiredValue(_scope), ignoreCase: true),
                Align = align,
                MinimumKept = minimum,
            },
            GiveBack = !result.GetValue(_keepSlower),
        };
    }

    private static UnitCriterion CriterionOf(string name, ulong seed) => name switch
    {
        "bn-scale" => UnitCriterion.NormalizationScale,
        "fpgm" => UnitCriterion.GeometricMedian,
        _ => UnitCriterion.Of(VerbOptions.CriterionOf(name, seed)),
    };
}
