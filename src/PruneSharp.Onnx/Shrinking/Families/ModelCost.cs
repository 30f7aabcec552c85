using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Parameters and multiply-accumulates of a graph after a cut.</summary>
/// <param name="Parameters">Elements of the constants that are no integers of shapes.</param>
/// <param name="Macs">Multiply-accumulates of one run at the first sample's sizes.</param>
internal readonly record struct ModelCost(long Parameters, long Macs)
{
    /// <summary>Counts.</summary>
    public static ModelCost Of(Cut cut)
    {
        long parameters = cut.Graph.Tensors.Where(t => t.IsConstant && t.Uses.Count > 0 && IsParameter(t)).GroupBy(t => t.Stored)
            .Sum(uses => Versions(cut, [.. uses]).Sum(t => Enumerable.Range(0, t.Rank).Aggregate(1L, (product, axis) => product * cut.Kept(t, axis).Count)));
        long macs = cut.Graph.Nodes.Sum(n => n.Rule?.Macs(n, tensor => cut.Dims(tensor, 0)) ?? 0);
        return new(parameters, macs);
    }

    // A constant that is stored once is stored once more for every other set of indices that its uses keep.
    private static IEnumerable<GraphTensor> Versions(Cut cut, IReadOnlyList<GraphTensor> uses) => uses.Count == 1 ? uses
        : uses.DistinctBy(t => string.Join(';', Enumerable.Range(0, t.Rank).Select(axis => string.Join(',', cut.Kept(t, axis)))));

    // Integers of 32 bits are shapes, or the biases of quantised layers.
    private static bool IsParameter(GraphTensor tensor) => tensor.Rank > 0 && (TensorProto.Types.DataType)tensor.Stored!.Proto.DataType switch
    {
        TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Bool or TensorProto.Types.DataType.String => false,
        TensorProto.Types.DataType.Int32 => tensor.Uses.Any(use => use.Node.Op.Contains("Linear", StringComparison.Ordinal)),
        _ => true,
    };
}
