namespace PruneSharp.OnnxRuntime;

/// <summary>How a sensitivity scan is made.</summary>
public sealed record ScanOptions
{
    /// <summary>Path of an .npz file with samples, or null for generated inputs (default).</summary>
    public string? Data { get; init; }

    /// <summary>Samples used; default 4, at most what the data holds.</summary>
    public int Samples { get; init; } = 4;

    /// <summary>Seed of generated inputs; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Sizes of dynamic dimensions by name; default none, sizes are chosen.</summary>
    public IReadOnlyDictionary<string, int> Dims { get; init; } = new Dictionary<string, int>();

    /// <summary>Fractions tried on each layer, ascending, each in (0, 1); default 0.1, 0.25, 0.5, 0.75, 0.9.</summary>
    public IReadOnlyList<double> Amounts { get; init; } = [0.1, 0.25, 0.5, 0.75, 0.9];

    /// <summary>Greatest total change of the outputs that the suggestion may cause; default 0.05.</summary>
    public double Budget { get; init; } = 0.05;

    /// <summary>How the change of outputs is measured; default <see cref="ChangeMetric.Auto"/>.</summary>
    public ChangeMetric Metric { get; init; } = ChangeMetric.Auto;

    /// <summary>How weights are scored; default L1.</summary>
    public Criterion Criterion { get; init; } = Criterion.L1;

    /// <summary>Which weights are scanned; default those of <see cref="Recipe.Targets"/>.</summary>
    public Targets Targets { get; init; } = Recipe.Targets;

    /// <summary>Gets one line of text for each step; default nobody.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Range of generated floating-point inputs; default [0, 1). Pictures often want 0 to 255 or −1 to 1.</summary>
    public InputRange Range { get; init; } = new();

    /// <summary>Stops the work between two steps; nothing is left behind then. Default never.</summary>
    public CancellationToken Cancellation { get; init; }
}
