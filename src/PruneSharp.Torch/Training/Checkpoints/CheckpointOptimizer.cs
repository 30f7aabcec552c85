namespace PruneSharp.Torch;

/// <summary>What a checkpoint says about an optimizer.</summary>
/// <param name="Kind">Its class.</param>
/// <param name="Groups">Its groups of parameters, in their order.</param>
internal sealed record CheckpointOptimizer(string Kind, List<CheckpointGroup> Groups)
{
    /// <summary>Whether something that must be there is null.</summary>
    public bool HasHoles => Groups.Any(g => g is null || g.Parameters.Any(p => p is null || p.Tensors.Contains(null!)));

    /// <summary>The first thing that makes an optimizer unfit for the state of this one; null where it fits.</summary>
    public (string What, string? InFile, string? Now)? Difference(CheckpointOptimizer other)
    {
        if (Groups.Count != other.Groups.Count)
            return ("optimizer: the parameter groups", $"{Groups.Count}", $"{other.Groups.Count}");
        foreach (var (group, now) in Groups.Zip(other.Groups))
        {
            if (!group.Parameters.Select(p => p.Name).SequenceEqual(now.Parameters.Select(p => p.Name)))
                return ("optimizer: the parameters", string.Join(", ", group.Parameters.Select(p => p.Name)), string.Join(", ", now.Parameters.Select(p => p.Name)));
            foreach (string name in group.Switches.Keys.Union(now.Switches.Keys))
            {
                if (group.Switches.GetValueOrDefault(name) != now.Switches.GetValueOrDefault(name))
                    return ($"{name} of the optimizer", group.Switches.GetValueOrDefault(name), now.Switches.GetValueOrDefault(name));
            }
        }

        return null;
    }
}
