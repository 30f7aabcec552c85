using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Functions of single elements, and the softmax family.</summary>
internal static class ActivationRules
{
    private const double SteepestExact = 15;

    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<ReLU>("Relu", (graph, _, x) => graph.Node("Relu", x)),
        ModuleRule.Of<ReLU6>("Clip", (graph, _, x) => Clip(graph, x, 0, 6)),
        ModuleRule.Of<Hardtanh>("Clip", (graph, m, x) => Clip(graph, x, m.min_val, m.max_val)),
        ModuleRule.Of<LeakyReLU>("LeakyRelu", (graph, m, x) => Leaky(graph, x, m.negative_slope)),
        ModuleRule.Of<RReLU>("LeakyRelu", (graph, m, x) => Leaky(graph, x, (m.lower + m.upper) / 2)),
        ModuleRule.Of<PReLU>("PRelu", (graph, m, x) => PRelu(graph, x, graph.Parameter("weight")!)),
        ModuleRule.Of<ELU>("Elu", (graph, m, x) => graph.Node("Elu", x, new OnnxAttribute("alpha", m.alpha))),
        ModuleRule.Of<CELU>("Celu", (graph, m, x) => graph.Node("Celu", x, new OnnxAttribute("alpha", m.alpha))),
        ModuleRule.Of<SELU>("Selu", (graph, _, x) => graph.Node("Selu", x)),
        ModuleRule.Of<GELU>("Erf, Mul, Add; Tanh", (graph, m, x) => m.approximate == GELU.Approximate.tanh ? GeluTanh(graph, x) : Gelu(graph, x)),
        ModuleRule.Of<SiLU>("Sigmoid, Mul", (graph, _, x) => graph.Multiply(x, graph.Node("Sigmoid", x))),
        ModuleRule.Of<Mish>("Softplus, Tanh, Mul", (graph, _, x) => graph.Multiply(x, graph.Node("Tanh", graph.Node("Softplus", x)))),
        ModuleRule.Of<Hardswish>("HardSwish", (graph, _, x) => graph.Node("HardSwish", x)),
        ModuleRule.Of<Hardsigmoid>("HardSigmoid", (graph, _, x) => graph.Node("HardSigmoid", x, new("alpha", 1.0 / 6), new("beta", 0.5))),
        ModuleRule.Of<Sigmoid>("Sigmoid", (graph, _, x) => graph.Node("Sigmoid", x)),
        ModuleRule.Of<Tanh>("Tanh", (graph, _, x) => graph.Node("Tanh", x)),
        ModuleRule.Of<Tanhshrink>("Tanh, Sub", (graph, _, x) => graph.Subtract(x, graph.Node("Tanh", x))),
        ModuleRule.Of<Softplus>("Softplus", (graph, m, x) => Softplus(graph, x, m.beta, m.threshold)),
        ModuleRule.Of<LogSigmoid>("Neg, Softplus", (graph, _, x) => graph.Node("Neg", graph.Node("Softplus", graph.Node("Neg", x)))),
        ModuleRule.Of<Softsign>("Softsign", (graph, _, x) => graph.Node("Softsign", x)),
        ModuleRule.Of<Hardshrink>("Shrink", (graph, m, x) => graph.Node("Shrink", x, new("lambd", m.lambda), new("bias", 0.0))),
        ModuleRule.Of<Softshrink>("Shrink", (graph, m, x) => graph.Node("Shrink", x, new("lambd", m.lambda), new("bias", m.lambda))),
        ModuleRule.Of<Threshold>("Greater, Where", (graph, m, x) => Where(graph, graph.Nodes("Greater", [x, graph.Number(m.threshold, x)], [(ScalarType.Bool, x.Shape)])[0], x, graph.Number(m.value, x))),
        ModuleRule.Of<Softmax>("Softmax", (graph, m, x) => graph.Node("Softmax", x, new OnnxAttribute("axis", m.dim))),
        ModuleRule.Of<Softmax2d>("Softmax", (graph, _, x) => graph.Node("Softmax", x, new OnnxAttribute("axis", -3))),
        ModuleRule.Of<Softmin>("Neg, Softmax", (graph, m, x) => graph.Node("Softmax", graph.Node("Neg", x), new OnnxAttribute("axis", m.dim))),
        ModuleRule.Of<LogSoftmax>("LogSoftmax", (graph, m, x) => graph.Node("LogSoftmax", x, new OnnxAttribute("axis", m.dim))),
        ModuleRule.Of<GLU>("Split, Sigmoid, Mul", (graph, m, x) => Glu(graph, x, m.dim)),
    ];

    /// <summary>x · (1 + erf(x / √2)) / 2.</summary>
    public static OnnxValue Gelu(OnnxGraph graph, OnnxValue x)
    {
        var erf = graph.Node("Erf", graph.Divide(x, graph.Number(Math.Sqrt(2), x)));
        return graph.Multiply(graph.Multiply(x, graph.Add(erf, graph.Number(1, x))), 0.5);
    }

    // x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2
    private static OnnxValue GeluTanh(OnnxGraph graph, OnnxValue x)
    {
        var cube = graph.Multiply(graph.Multiply(graph.Multiply(x, x), x), 0.044715);
        var tanh = graph.Node("Tanh", graph.Multiply(graph.Add(x, cube), Math.Sqrt(2 / Math.PI)));
        return graph.Multiply(graph.Multiply(x, graph.Add(tanh, graph.Number(1, x))), 0.5);
    }

    private static OnnxValue Clip(OnnxGraph graph, OnnxValue x, double least, double most) => graph.Node("Clip", [x, graph.Number(least, x), graph.Number(most, x)], x.Shape);

    private static OnnxValue Leaky(OnnxGraph graph, OnnxValue x, double slope) => graph.Node("LeakyRelu", x, new OnnxAttribute("alpha", slope));

    // One slope per channel stands on axis 1, ONNX aligns at the last axis.
    private static OnnxValue PRelu(OnnxGraph graph, OnnxValue x, OnnxValue slope)
    {
        bool perChannel = slope.Shape[0] != 1 && x.Rank > 2;
        return graph.Node("PRelu", [x, perChannel ? graph.Unsqueeze(slope, [.. Enumerable.Range(1, x.Rank - 2).Select(i => (long)i)]) : slope], x.Shape);
    }

    // log(1 + exp(beta x)) / beta, and x itself above the threshold, which makes no difference where that is high.
    private static OnnxValue Softplus(OnnxGraph graph, OnnxValue x, double beta, double threshold)
    {
        var scaled = beta == 1 ? x : graph.Multiply(x, beta);
        var soft = graph.Node("Softplus", scaled);
        soft = beta == 1 ? soft : graph.Multiply(soft, 1 / beta);
        return threshold >= SteepestExact ? soft : Where(graph, graph.Nodes("Greater", [scaled, graph.Number(threshold, x)], [(ScalarType.Bool, x.Shape)])[0], x, soft);
    }

    private static OnnxValue Where(OnnxGraph graph, OnnxValue condition, OnnxValue yes, OnnxValue no) => graph.Nodes("Where", [condition, yes, no], [(yes.Type, yes.Shape)])[0];

    private static OnnxValue Glu(OnnxGraph graph, OnnxValue x, long dim)
    {
        int axis = Shapes.Axis(dim, x.Rank);
        if (x.Shape[axis] is not { } size)
            throw graph.Unsupported($"axis {dim} of its input is dynamic, and it must be cut in half. Give the input's size there.");
        var halves = graph.Split(x, axis, size / 2, size / 2);
        return graph.Multiply(halves[0], graph.Node("Sigmoid", halves[1]));
    }
}
