namespace PruneSharp.Torch.Onnx;

/// <summary>How to export a module.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>
    /// Lets the first axis of every input be any size, under the name <c>batch</c>; default true. Switch it off for modules without a batch
    /// axis, and for LSTM, GRU, RNN and attention that are not batch first: there give the batch axis the size −1.
    /// </summary>
    public bool DynamicBatch { get; init; } = true;

    /// <summary>Names of the outputs; default <c>output</c>, or <c>output_0</c>, <c>output_1</c>, … where there are several.</summary>
    public IReadOnlyList<string>? OutputNames { get; init; }

    /// <summary>Replace an existing file; default false.</summary>
    public bool Force { get; init; }
}
