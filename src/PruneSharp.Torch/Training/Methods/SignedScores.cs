namespace PruneSharp.Torch;

/// <summary>What methods have in common whose scores fall below 0.</summary>
internal static class SignedScores
{
    /// <summary>Squares and other norms would make the least important weights the most important ones.</summary>
    public static IEnumerable<string> Problems(Plan plan, string method)
    {
        if (plan.Allocation.Name == Allocation.Lamp.Name)
            yield return $"allocation {plan.Allocation.Name} squares scores, and those of {method} are signed; use {Allocation.Global.Name}, {Allocation.Local.Name} or {Allocation.Erk.Name}.";
        if (plan.Structure is ChannelStructure { Norm: not 1 } channel)
            yield return $"structure {channel} takes norm {channel.Norm} of scores, and those of {method} are signed; use norm 1.";
    }
}
