namespace PruneSharp.Torch.Onnx;

/// <summary>
/// A module that says itself what it is in ONNX. Needed for modules with a forward method of their own, which nothing can read: Export
/// does on the graph what forward does on tensors.
/// </summary>
/// <example><code>
/// public IReadOnlyList&lt;OnnxValue&gt; Export(OnnxGraph graph, IReadOnlyList&lt;OnnxValue&gt; inputs) =>
///     [graph.Add(inputs[0], graph.Export(_block, inputs[0]))];
/// </code></example>
public interface IOnnxExportable
{
    /// <summary>Adds what forward does, as in eval mode.</summary>
    /// <param name="graph">Takes operators, weights and submodules.</param>
    /// <param name="inputs">The inputs of forward, in its order.</param>
    /// <returns>The outputs of forward, in its order.</returns>
    IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs);
}
