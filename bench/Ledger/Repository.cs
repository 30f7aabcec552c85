/// <summary>Where the repository is.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    /// <summary>The stored figures.</summary>
    public static string Results { get; } = Path.Combine(Root, "bench", "results");
}
