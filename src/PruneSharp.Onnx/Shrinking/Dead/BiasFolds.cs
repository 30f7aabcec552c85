using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>What constant channels that go added to the outputs of their consumers: it goes into the biases of these.</summary>
internal sealed class BiasFolds
{
    private readonly Dictionary<WeightedProduct, double[]> _amounts = [];

    /// <summary>Outputs that get a bias where there was none.</summary>
    public long FreshParameters(Cut cut) => _amounts.Keys.Where(p => p.Node.Input(2) is null).Sum(p => (long)cut.Kept(p.Output, p.OutputAxis).Count);

    /// <summary>Why nothing can be added to a product's outputs; null where it can.</summary>
    public static string? Obstacle(ShrinkGraph graph, WeightedProduct product)
    {
        if (product.Node.Op == "MatMul" || product.Node.Input(2) is not { } bias)
            return ElementType(product) is null ? $"the type of {product.Weight.Name} holds no bias" : null;
        if (bias is not { IsConstant: true, Stored.ElementType: not null })
            return $"the bias of {product.Node.Name} is computed";
        bool vector = bias.Rank > 0 && bias.Dims![^1] == product.Output.Dims![product.OutputAxis] && bias.Dims.SkipLast(1).All(dim => dim == 1);
        return !vector || product.BiasScale == 0 || graph.Fixed.Any(f => f.Tensor == bias) ? $"the bias of {product.Node.Name} is no vector of its outputs" : null;
    }

    /// <summary>Adds a constant input that goes.</summary>
    public void Add(WeightedProduct product, IReadOnlyDictionary<int, double> inputs)
    {
        if (!_amounts.TryGetValue(product, out double[]? amounts))
            amounts = new double[product.Output.Dims![product.OutputAxis]];
        double scale = product.Node.Op == "Gemm" && product.Node.Input(2) is not null ? product.Scale / product.BiasScale : product.Scale;
        for (int pair = 0; pair < product.Sums.Length; pair++)
            if (inputs.TryGetValue(product.Input(pair), out double value))
                amounts[product.Target(pair)] += scale * value * product.Sums[pair];
        if (amounts.Any(amount => amount != 0))
            _amounts[product] = amounts;
    }

    /// <summary>The bias that a constant becomes; null where nothing is added to it.</summary>
    public ConstantVersion? Version(Cut cut, GraphTensor tensor)
    {
        if (tensor.Uses is not [{ Input: 2 } use] || _amounts.FirstOrDefault(a => a.Key.Node == use.Node).Value is not { } amounts)
            return null;
        var kept = cut.Kept(tensor, tensor.Rank - 1);
        double[] values = ConstantValues.All(cut.Graph.Model, tensor);
        byte[] bytes = Bytes(tensor.Stored!.ElementType!.Value, kept.Select(i => values[i] + amounts[i]));
        long[] dims = [.. tensor.Dims!.SkipLast(1).Select(dim => (long)dim), kept.Count];
        return new($"folded {tensor.Number}", name => new(CutTensor.Header(tensor.Stored!, name, dims), bytes.Length, () => [bytes]));
    }

    /// <summary>Gives a bias to products that have none; behind a MatMul it is an Add.</summary>
    public void Insert(Cut cut, ModelEdits edits)
    {
        foreach (var (product, amounts) in _amounts.Where(a => a.Key.Node.Input(2) is null))
        {
            var kept = cut.Kept(product.Output, product.OutputAxis);
            byte[] bytes = Bytes(ElementType(product)!.Value, kept.Select(i => amounts[i]));
            string bias = edits.Add($"{product.Node.Name}_folded", name => new(CutTensor.Header(product.Weight.Stored!, name, [kept.Count]), bytes.Length, () => [bytes]));
            var change = edits.Of(product.Node.Proto);
            if (product.Node.Op != "MatMul")
            {
                change.Inputs[2] = bias;
                if (product.BiasScale != 1)
                    change.Attributes["beta"] = null;
                continue;
            }

            change.Outputs[0] = edits.Name($"{product.Output.Name}_unfolded");
            change.Behind.Add(new NodeProto { OpType = "Add", Name = edits.Name($"{product.Node.Name}_fold"), Input = { change.Outputs[0], bias }, Output = { product.Output.Name } });
        }
    }

    private static ElementType? ElementType(WeightedProduct product) => product.Weight.Stored!.ElementType;

    private static byte[] Bytes(ElementType type, IEnumerable<double> values) => type switch
    {
        PruneSharp.ElementType.Float64 => MemoryMarshal.AsBytes<double>(values.ToArray()).ToArray(),
        PruneSharp.ElementType.Float16 => MemoryMarshal.AsBytes<Half>(values.Select(v => (Half)v).ToArray()).ToArray(),
        PruneSharp.ElementType.BFloat16 => MemoryMarshal.AsBytes<ushort>(values.Select(v => (ushort)((BitConverter.SingleToUInt32Bits((float)v) + 0x8000) >> 16)).ToArray()).ToArray(),
        _ => MemoryMarshal.AsBytes<float>(values.Select(v => (float)v).ToArray()).ToArray(),
    };
}
