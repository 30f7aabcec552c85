namespace PruneSharp;

/// <summary>A flat run of elements in a record of the file. Several tensors may be views of one.</summary>
internal sealed record TensorStorage(PyTorchType Type, ZipRecord Record, long Length);
