using System.CommandLine;

namespace PruneSharp.Cli.Verbs;

/// <summary>The options that say how weights are packed.</summary>
internal static class PackSettings
{
    public static Option<string> Positions() => new("--positions")
    {
        Description = "How positions are stored: auto (the smallest for each tensor), gaps, gaps3 to gaps7, bitmask, sparse-initializer, sparse-initializer-int32.",
        HelpName = "ENCODING",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<string> Values() => new("--values")
    {
        Description = "How values are stored: exact (every bit), equal (-0 becomes 0), fp16, codebook:2 to codebook:8 (bits of a code).",
        HelpName = "ENCODING",
        DefaultValueFactory = _ => "exact",
    };
}
