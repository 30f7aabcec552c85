namespace PruneSharp.OnnxRuntime;

/// <summary>What one node costs in one run.</summary>
/// <param name="Name">
/// The node's name in ONNX Runtime's optimised graph. A node that took over its followers keeps its name (a Gemm gets "fused " in front);
/// one in the blocked layout NCHWc is called after the tensor it wrote when it was changed, with "_nchwc" behind; one without a name after
/// its operator and index.
/// </param>
/// <param name="Operator">Operator in the optimised graph, such as Conv or FusedConv.</param>
/// <param name="Provider">The execution provider that ran it.</param>
/// <param name="Milliseconds">Median over the runs of its time in one run, without nodes inside of it; all its executions, where it is in a loop.</param>
public sealed record NodeTime(string Name, string Operator, string Provider, double Milliseconds);
