namespace PruneSharp.Onnx;

/// <summary>How a model is packed.</summary>
public sealed record PackOptions
{
    /// <summary>How positions are stored; null, the default, takes the smallest for each tensor.</summary>
    public PositionEncoding? Positions { get; init; }

    /// <summary>How values are stored; default <see cref="ValueEncoding.Exact"/>.</summary>
    public ValueEncoding Values { get; init; } = ValueEncoding.Exact;

    /// <summary>Which weights are packed; default all.</summary>
    public Targets Targets { get; init; } = new();

    /// <summary>Whether existing files may be replaced; default false.</summary>
    public bool Force { get; init; }

    /// <summary>Told what is being done; default nobody.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Stops the work; nothing is written then.</summary>
    public CancellationToken Cancellation { get; init; }
}
