namespace PruneSharp.Torch.Onnx;

/// <summary>What an export wrote.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Inputs">Names of its inputs.</param>
/// <param name="Outputs">Names of its outputs.</param>
/// <param name="Nodes">Number of operators.</param>
/// <param name="Weights">State_dict names of its initializers; of tensors that share their memory the first.</param>
public sealed record OnnxExportReport(string Path, long Bytes, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, int Nodes, IReadOnlyList<string> Weights);
