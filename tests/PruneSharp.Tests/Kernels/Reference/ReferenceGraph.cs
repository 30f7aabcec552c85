using PruneSharp.Kernels;
using static PruneSharp.Tests.Kernels.ReferenceFunctions;

namespace PruneSharp.Tests.Kernels;

/// <summary>Runs a graph operator by operator, as ONNX defines each.</summary>
internal sealed class ReferenceGraph
{
    private readonly Dictionary<string, Tensor> values = [];

    public static Tensor[] Run(LayerGraph graph, params Tensor[] inputs)
    {
        ReferenceGraph reference = new();
        foreach (var (name, constant) in graph.Constants)
            reference.values[name] = new([.. constant.Shape], [.. constant.Values.ToArray().Select(value => (double)value)]);
        for (int i = 0; i < inputs.Length; i++) reference.values[graph.Inputs[i]] = inputs[i];
        foreach (LayerNode node in graph.Nodes) reference.values[node.Outputs[0]] = reference.Run(node);
        return [.. graph.Outputs.Select(output => reference.values[output])];
    }

    private Tensor Run(LayerNode node)
    {
        Tensor x = values[node.Inputs[0]];
        return node.Operator switch
        {
            "Conv" => Conv(node, x),
            "Gemm" => ReferenceLayers.Product(x, values[node.Inputs[1]], node.Integers("transB", 0)[0] != 0, Bias(node, values[node.Inputs[1]].Shape[node.Integers("transB", 0)[0] != 0 ? 0 : 1])),
            "MatMul" => ReferenceLayers.Product(x, values[node.Inputs[1]], transposed: false, new double[values[node.Inputs[1]].Shape[1]]),
            "MaxPool" => ReferenceLayers.MaxPool(x, [.. node.Integers("kernel_shape")], [.. node.Integers("strides", 1, 1)], [.. node.Integers("dilations", 1, 1)], [.. node.Integers("pads", 0, 0, 0, 0)]),
            "GlobalAveragePool" => ReferenceLayers.Mean(x),
            "BatchNormalization" => Normalize(node, x),
            "Add" => Broadcast(x, values[node.Inputs[1]], (a, b) => a + b),
            "Mul" => Broadcast(x, values[node.Inputs[1]], (a, b) => a * b),
            "Div" => Broadcast(x, values[node.Inputs[1]], (a, b) => a / b),
            "Relu" => x.Each(a => Math.Max(0, a)),
            "LeakyRelu" => x.Each(a => a < 0 ? a * node.Number("alpha", 0.01f) : a),
            "Sigmoid" => x.Each(Sigmoid),
            "HardSigmoid" => x.Each(a => HardSigmoid(a, node.Number("alpha", 0.2f), node.Number("beta", 0.5f))),
            "HardSwish" => x.Each(a => a * HardSigmoid(a, 1.0 / 6, 0.5)),
            "Tanh" => x.Each(Math.Tanh),
            "Erf" => x.Each(Erf),
            "Gelu" => x.Each(Gelu),
            "Clip" => x.Each(a => Math.Min(Bound(node, 2, double.PositiveInfinity), Math.Max(Bound(node, 1, double.NegativeInfinity), a))),
            _ => throw new NotSupportedException(node.Operator),
        };
    }

    private Tensor Conv(LayerNode node, Tensor x)
    {
        Tensor weights = values[node.Inputs[1]];
        return ReferenceLayers.Conv(
            x, weights, Bias(node, weights.Shape[0]), node.Integers("group", 1)[0], [.. node.Integers("strides", 1, 1)], [.. node.Integers("dilations", 1, 1)], [.. node.Integers("pads", 0, 0, 0, 0)]);
    }

    private Tensor Normalize(LayerNode node, Tensor x)
    {
        double[][] by = [.. Enumerable.Range(1, 4).Select(i => values[node.Inputs[i]].Values)];
        int plane = (int)(x.Shape[2] * x.Shape[3]);
        return new(x.Shape, [.. x.Values.Select((value, i) =>
        {
            int channel = i / plane % (int)x.Shape[1];
            return ((value - by[2][channel]) / Math.Sqrt(by[3][channel] + node.Number("epsilon", 1e-5f)) * by[0][channel]) + by[1][channel];
        })]);
    }

    private double[] Bias(LayerNode node, long count) => node.Input(2).Length > 0 ? values[node.Input(2)].Values : new double[count];

    private double Bound(LayerNode node, int input, double otherwise) => node.Input(input).Length > 0 ? values[node.Input(input)].Values[0] : otherwise;

    private static Tensor Broadcast(Tensor a, Tensor b, Func<double, double, double> function)
    {
        int rank = Math.Max(a.Shape.Length, b.Shape.Length);
        long[] left = [.. Enumerable.Repeat(1L, rank - a.Shape.Length), .. a.Shape], right = [.. Enumerable.Repeat(1L, rank - b.Shape.Length), .. b.Shape];
        Tensor y = new([.. left.Zip(right, (l, r) => l == 1 ? r : l)]);
        for (int i = 0; i < y.Values.Length; i++) y.Values[i] = function(a.Values[Place(i, y.Shape, left)], b.Values[Place(i, y.Shape, right)]);
        return y;
    }

    private static int Place(int index, long[] shape, long[] operand)
    {
        long place = 0, step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (operand[axis] > 1) place += index % shape[axis] * step;
            index /= (int)shape[axis];
            step *= operand[axis];
        }

        return (int)place;
    }
}
