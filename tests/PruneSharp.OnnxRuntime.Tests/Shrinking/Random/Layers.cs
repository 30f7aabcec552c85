using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Writes layers with weights.</summary>
internal static class Layers
{
    /// <summary>A convolution that keeps height and width where its stride is 1.</summary>
    public static Activation Conv(this NetworkWriter w, Dice dice, Activation x, int channels, int kernel = 1, int stride = 1, int dilation = 1, int groups = 1)
    {
        int rank = x.Rank - 2, pad = kernel / 2 * dilation;
        long[] Each(int value) => [.. Enumerable.Repeat((long)value, rank)];
        string weight = w.Weight(dice, x[1] / groups * kernel * kernel, [channels, x[1] / groups, .. Enumerable.Repeat(kernel, rank)]);
        List<AttributeProto> attributes = [Attributes.Ints("kernel_shape", Each(kernel)), Attributes.Ints("strides", Each(stride)), Attributes.Ints("pads", [.. Each(pad), .. Each(pad)])];
        if (dilation > 1)
            attributes.Add(Attributes.Ints("dilations", Each(dilation)));
        if (groups > 1)
            attributes.Add(Attributes.Int("group", groups));
        string y = w.Node("Conv", dice.OneIn(3) ? [x.Name, weight] : [x.Name, weight, w.Vector(dice, 0, channels)], [.. attributes]);
        return new(y, [x[0], channels, .. x.Dims[2..].Select(size => ((size - 1) / stride) + 1)]);
    }

    /// <summary>A transposed convolution; doubles height and width where its stride is 2.</summary>
    public static Activation ConvTranspose(this NetworkWriter w, Dice dice, Activation x, int channels, int stride, int groups)
    {
        int kernel = stride == 2 ? dice.Of(2, 4) : 3, pad = (kernel - stride) / 2;
        string weight = w.Weight(dice, x[1] / groups * 4, x[1], channels / groups, kernel, kernel);
        AttributeProto[] attributes = [Attributes.Ints("kernel_shape", kernel, kernel), Attributes.Ints("strides", stride, stride), Attributes.Ints("pads", pad, pad, pad, pad), Attributes.Int("group", groups)];
        return new(w.Node("ConvTranspose", dice.OneIn(3) ? [x.Name, weight] : [x.Name, weight, w.Vector(dice, 0, channels)], attributes), x[0], channels, x[2] * stride, x[3] * stride);
    }

    /// <summary>A layer on the last axis: MatMul with a weight, a transposed one or, through two Reshapes, Gemm.</summary>
    public static Activation Linear(this NetworkWriter w, Dice dice, Activation x, int outputs)
    {
        int inputs = x[^1], last = x.Rank - 1;
        if (dice.OneIn(4) && (x.Rank == 2 || x.Rank == 3))
        {
            var rows = x.Rank == 2 ? x : w.Reshape(dice, x, Part.Of(x, 0, x[1]), Part.Of(x, 2));
            bool turned = dice.OneIn(2);
            string weight = turned ? w.Weight(dice, inputs, outputs, inputs) : w.Weight(dice, inputs, inputs, outputs);
            var y = new Activation(w.Node("Gemm", [rows.Name, weight, w.Vector(dice, 0, outputs)], Attributes.Int("transB", turned ? 1 : 0)), rows[0], outputs);
            return x.Rank == 2 ? y : w.Reshape(dice, y, Part.Of(y, 0, 1, x[1]), x[1], Part.Of(y, 1));
        }

        string right = dice.OneIn(4)
            ? w.Node("Transpose", [w.Weight(dice, inputs, outputs, inputs)], dice.OneIn(2) ? [] : [Attributes.Ints("perm", 1, 0)])
            : w.Weight(dice, inputs, inputs, outputs);
        var product = new Activation(w.Node("MatMul", [x.Name, right]), x.With(last, outputs));
        return dice.OneIn(4) ? product : w.Same("Add", product, [w.Vector(dice, 0, outputs)]);
    }

    /// <summary>Mean and variance of the last axis, and scale and bias: one node, or as opset 13 writes it.</summary>
    public static Activation LayerNorm(this NetworkWriter w, Dice dice, Activation x)
    {
        string scale = w.Vector(dice, 1, x[^1]), bias = w.Vector(dice, 0, x[^1]);
        if (w.Opset >= 17 && dice.OneIn(2))
            return w.Same("LayerNormalization", x, [scale, bias], Attributes.Int("axis", dice.Of(-1, x.Rank - 1)), Attributes.Float("epsilon", 1e-3));
        string mean = w.Node("ReduceMean", [x.Name], Attributes.Ints("axes", -1));
        var centred = w.Same("Sub", x, [mean]);
        string variance = w.Node("ReduceMean", [w.Node("Pow", [centred.Name, w.Scalar(2)])], Attributes.Ints("axes", -1));
        string deviation = w.Node("Sqrt", [w.Node("Add", [variance, w.Scalar(1e-3)])]);
        return w.Same("Add", w.Same("Mul", w.Same("Div", centred, [deviation]), [scale]), [bias]);
    }

    /// <summary>An activation function.</summary>
    public static Activation Act(this NetworkWriter w, Dice dice, Activation x) => dice.Below(w.Opset >= 14 ? 9 : 8) switch
    {
        0 => w.Same("LeakyRelu", x, [], Attributes.Float("alpha", 0.1)),
        1 => w.Same("Sigmoid", x),
        2 => w.Same("Mul", x, [w.Node("Sigmoid", [x.Name])]),
        3 => w.Same("Clip", x, [w.Scalar(-1), w.Scalar(6)]),
        4 => w.Same("Elu", x),
        5 => w.Gelu(x),
        6 => w.Same("Mul", x, [w.Node("HardSigmoid", [x.Name])]),
        7 => w.Same("Relu", x),
        _ => w.Same("HardSwish", x),
    };

    /// <summary>x · ½ · (1 + erf(x / √2)).</summary>
    public static Activation Gelu(this NetworkWriter w, Activation x)
    {
        string erf = w.Node("Erf", [w.Node("Div", [x.Name, w.Scalar(Math.Sqrt(2))])]);
        return w.Same("Mul", w.Same("Mul", x, [w.Node("Add", [erf, w.Scalar(1)])]), [w.Scalar(0.5)]);
    }
}
