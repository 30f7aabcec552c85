namespace PruneSharp.Onnx;

/// <summary>
/// The shapes of a model's tensors under one or more sizes of its dynamic dimensions: a dimension that differs between two samples depends
/// on the input. Names are those of the main graph; a tensor without an entry is unknown.
/// </summary>
/// <param name="Samples">By sample, the tensors by name; the first sample is the one that counts are taken from.</param>
public sealed record ModelShapes(IReadOnlyList<IReadOnlyDictionary<string, ObservedTensor>> Samples);
