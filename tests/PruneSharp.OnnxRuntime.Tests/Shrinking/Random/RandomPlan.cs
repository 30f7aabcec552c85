using CsCheck;
using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>What is pruned of a network, and how.</summary>
internal sealed record RandomPlan(double Fraction, ShrinkScope Scope, bool AtRandom, int Align, AttentionUnits Attention, bool Approximate, uint Seed)
{
    /// <summary>All plans.</summary>
    public static Gen<RandomPlan> Gen { get; } = CsCheck.Gen.Select(
        CsCheck.Gen.Double[0.1, 0.9], CsCheck.Gen.Enum<ShrinkScope>(), CsCheck.Gen.Bool, CsCheck.Gen.OneOf(1, 1, 4, 8),
        CsCheck.Gen.OneOf(AttentionUnits.Auto, AttentionUnits.Auto, AttentionUnits.Heads, AttentionUnits.Dims, AttentionUnits.None),
        CsCheck.Gen.Frequency((2, CsCheck.Gen.Const(false)), (1, CsCheck.Gen.Const(true))), CsCheck.Gen.UInt,
        (fraction, scope, atRandom, align, attention, approximate, seed) => new RandomPlan(fraction, scope, atRandom, align, attention, approximate, seed));

    public ShrinkRules Rules => new() { Attention = Attention, Approximate = Approximate };

    public RankingOptions Ranking => new() { Criterion = UnitCriterion.Of(AtRandom ? Criterion.Random(Seed) : Criterion.L1), Scope = Scope, Align = Align };

    /// <summary>The rules for some of the families, where the plan is so.</summary>
    public ShrinkRules Named(IReadOnlyList<ShrinkFamily> families)
    {
        var dice = new Dice(Seed);
        if (dice.Below(3) > 0 || families.Count < 2)
            return Rules;
        string[] some = [.. families.Select(f => f.Name).Where(_ => dice.OneIn(2))];
        return Rules with { Targets = new() { Only = some.Length > 0 ? [.. some] : [families[0].Name] } };
    }

}
