namespace PruneSharp.Torch.Onnx;

/// <summary>
/// One initializer and the state it is made of. Most hold one tensor as it is. Recurrent modules of ONNX want both directions in one
/// tensor, <c>[directions, gates · hidden, …]</c>, and the gates in another order.
/// </summary>
/// <param name="Initializer">Name inside the module, which is that of the first state tensor.</param>
/// <param name="Names">The state tensors, one for each direction.</param>
/// <param name="Gates">For each of ONNX's gates its place in TorchSharp's tensor; null for a tensor that is stored as it is.</param>
internal sealed record StateForm(string Initializer, IReadOnlyList<string> Names, IReadOnlyList<int>? Gates = null)
{
    /// <summary>The initializer's values.</summary>
    /// <param name="state">The state tensors, in the order of <see cref="Names"/>.</param>
    public Tensor Pack(IReadOnlyList<Tensor> state) => Gates is null ? state[0] : stack(state.Select(t => Reorder(t, Gates)));

    /// <summary>The state tensors in the order of <see cref="Names"/>.</summary>
    /// <param name="initializer">The initializer's values.</param>
    public IReadOnlyList<Tensor> Unpack(Tensor initializer)
    {
        if (Gates is null)
            return [initializer];
        int[] back = [.. Enumerable.Range(0, Gates.Count).Select(gate => Gates.ToList().IndexOf(gate))];
        return [.. initializer.unbind(0).Select(direction => Reorder(direction, back))];
    }

    /// <summary>The initializer's shape.</summary>
    /// <param name="shape">The shape of each state tensor.</param>
    public long[] PackedShape(long[] shape) => Gates is null ? shape : [Names.Count, .. shape];

    private static Tensor Reorder(Tensor tensor, IReadOnlyList<int> order)
    {
        var gates = tensor.chunk(order.Count, 0);
        return cat([.. order.Select(gate => gates[gate])], 0);
    }
}
