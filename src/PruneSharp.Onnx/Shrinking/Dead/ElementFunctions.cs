using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>What element-wise operators make of one value, rounded to float32.</summary>
internal static class ElementFunctions
{
    /// <summary>The value of an operator with one operand; NaN where it is not known.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">The operand.</param>
    /// <param name="parameter">The single value of an input at a position.</param>
    public static double Unary(GraphNode node, double x, Func<int, double> parameter) => (float)(node.Op switch
    {
        "Identity" or FillRule.Op => x,
        "Dropout" => node.Input(2) is null || parameter(2) == 0 ? x : double.NaN,
        "Cast" => node.Int("to", 0) is (int)TensorProto.Types.DataType.Float or (int)TensorProto.Types.DataType.Double ? x : double.NaN,
        "Relu" => Math.Max(x, 0),
        "LeakyRelu" => x < 0 ? x * Attribute(node, "alpha", 0.01f) : x,
        "ThresholdedRelu" => x > Attribute(node, "alpha", 1) ? x : 0,
        "Clip" => Clip(node, x, parameter),
        "Sigmoid" => 1 / (1 + Math.Exp(-x)),
        "HardSigmoid" => Math.Clamp((Attribute(node, "alpha", 0.2f) * x) + Attribute(node, "beta", 0.5f), 0, 1),
        "HardSwish" => x * Math.Clamp((x / 6) + 0.5, 0, 1),
        "Tanh" => Math.Tanh(x),
        "Elu" or "Celu" => Elu(node, x),
        "Selu" => Attribute(node, "gamma", 1.05070102f) * (x > 0 ? x : Attribute(node, "alpha", 1.67326319f) * (Math.Exp(x) - 1)),
        "Softplus" => Softplus(x),
        "Softsign" => x / (1 + Math.Abs(x)),
        "Mish" => x * Math.Tanh(Softplus(x)),
        "Erf" => Erf(x),
        "Gelu" => node.Text("approximate", "none") == "none" ? x / 2 * (1 + Erf(x / Math.Sqrt(2))) : x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        "Exp" => Math.Exp(x),
        "Log" => Math.Log(x),
        "Sqrt" => Math.Sqrt(x),
        "Reciprocal" => 1 / x,
        "Abs" => Math.Abs(x),
        "Neg" => -x,
        "Floor" => Math.Floor(x),
        "Ceil" => Math.Ceiling(x),
        "Round" => Math.Round(x, MidpointRounding.ToEven),
        "Sign" => Math.Sign(x),
        _ => double.NaN,
    });

    /// <summary>The value of an operator with several operands, each NaN where it varies; NaN where the result is not known.</summary>
    public static double Several(string op, IReadOnlyList<double> operands) => (float)(op switch
    {
        "Mul" => operands.Contains(0) ? 0 : operands.Aggregate((a, b) => a * b),
        "Add" or "Sum" => operands.Sum(),
        "Mean" => operands.Average(),
        "Sub" => operands[0] - operands[1],
        "Div" => operands[0] / operands[1],
        "Max" => operands.Aggregate(Math.Max),
        "Min" => operands.Aggregate(Math.Min),
        "Pow" => Math.Pow(operands[0], operands[1]),
        "PRelu" => operands[0] >= 0 ? operands[0] : operands[0] * operands[1],
        "Where" => operands[1] == operands[2] ? operands[1] : double.NaN,
        _ => double.NaN,
    });

    /// <summary>A float attribute, or its default.</summary>
    public static float Attribute(GraphNode node, string name, float otherwise) => node.Proto.Attribute.FirstOrDefault(a => a.Name == name)?.F ?? otherwise;

    private static double Clip(GraphNode node, double x, Func<int, double> parameter)
    {
        double least = node.Input(1) is null ? Attribute(node, "min", float.MinValue) : parameter(1);
        double most = node.Input(2) is null ? Attribute(node, "max", float.MaxValue) : parameter(2);
        return Math.Min(Math.Max(x, least), most);
    }

    private static double Elu(GraphNode node, double x)
    {
        double alpha = Attribute(node, "alpha", 1);
        return x > 0 ? x : alpha * (Math.Exp(node.Op == "Celu" ? x / alpha : x) - 1);
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    // erf x = 2/sqrt(pi) exp(-x²) (x + 2x³/3 + 4x⁵/15 + …), all terms of one sign.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        double sum = 0, term = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum) && n < 400; n++)
        {
            sum += term;
            term *= 2 * x * x / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
