namespace PruneSharp.Torch;

/// <summary>What a file and a module's state_dict do not have in common.</summary>
/// <param name="Missing">Names that the module has and the file lacks.</param>
/// <param name="Unexpected">Names that the file has and the module lacks.</param>
/// <param name="Reshaped">Tensors that both have, in different shapes.</param>
public sealed record StateDifference(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<ReshapedTensor> Reshaped)
{
    private const int MostNamed = 100;

    /// <summary>Whether names and shapes are the same.</summary>
    public bool IsEmpty => Missing.Count == 0 && Unexpected.Count == 0 && Reshaped.Count == 0;

    /// <summary>One line for each kind of difference; at most 100 names in each.</summary>
    public override string ToString() => string.Join(Environment.NewLine, new[]
    {
        Line("missing in the file", Missing),
        Line("unexpected in the file", Unexpected),
        Line("of another shape", [.. Reshaped.Select(r => $"{r.Name} [{string.Join(", ", r.FileShape)}], expected [{string.Join(", ", r.ModuleShape)}]")]),
    }.Where(line => line.Length > 0));

    private static string Line(string what, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return "";
        string more = names.Count > MostNamed ? $"; and {names.Count - MostNamed} more" : "";
        return $"{names.Count} {what}: {string.Join("; ", names.Take(MostNamed))}{more}";
    }
}
