using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace PruneSharp.Kernels;

/// <summary>Says what the engine can do with each operator.</summary>
internal static class NodeRoles
{
    /// <summary>The role of an operator in its graph.</summary>
    public static NodeRole Of(LayerNode node, LayerGraph graph)
    {
        if (node.Domain.Length > 0) return node.Domain == LayerOperators.Domain ? new NodeRole(RegionKind.Any, null, null) : NodeRole.Stays("the operator set is not ONNX's own");
        if (node.Operator is "Conv" or "Gemm" or "MatMul") return Layer(node, graph);
        string input = AddedBias(node, graph)?.Value ?? node.Input(0);
        if (input.Length == 0 || graph.Constants.ContainsKey(input) || !graph.Floats.Contains(input)) return NodeRole.Stays("its input is not a float32 activation");
        return node.Operator switch
        {
            "Relu" or "LeakyRelu" or "Sigmoid" or "HardSigmoid" or "HardSwish" or "Tanh" => new NodeRole(RegionKind.Any, null, null),
            "Gelu" => node.Text("approximate", "none") == "none" ? new NodeRole(RegionKind.Any, null, null) : NodeRole.Stays("the approximation is not known"),
            "Clip" => Bounds(node, graph) is null ? NodeRole.Stays("its bounds are not constant") : new NodeRole(RegionKind.Any, null, null),
            "BatchNormalization" => Normalization(node, graph),
            "Add" => Sum(node, graph),
            "Mul" => Gate(node, graph),
            "MaxPool" => Pool(node),
            "GlobalAveragePool" => new NodeRole(Rank(graph, node.Inputs[0]) is 4 ? RegionKind.Image : RegionKind.Any, null, Rank(graph, node.Inputs[0]) is 4 ? null : "it is not two-dimensional"),
            _ => NodeRole.Stays("the engine does not have the operator"),
        };
    }

    /// <summary>The constant bounds of a Clip; null where they are not constant.</summary>
    public static (float Low, float High)? Bounds(LayerNode node, LayerGraph graph)
    {
        float? low = Bound(node, graph, 1, "min", float.NegativeInfinity);
        float? high = Bound(node, graph, 2, "max", float.PositiveInfinity);
        return low is { } a && high is { } b ? (a, b) : null;
    }

    /// <summary>The constant that an Add adds to every row of a matrix or every plane of an image, one value for each channel; null where it is something else.</summary>
    public static (string Value, string Constant)? AddedBias(LayerNode node, LayerGraph graph)
    {
        if (node.Operator != "Add" || node.Inputs.Length != 2) return null;
        (string value, string constant) = graph.Constants.ContainsKey(node.Inputs[0]) ? (node.Inputs[1], node.Inputs[0]) : (node.Inputs[0], node.Inputs[1]);
        return graph.Constants.ContainsKey(constant) && !graph.Constants.ContainsKey(value) ? (value, constant) : null;
    }

    private static NodeRole Layer(LayerNode node, LayerGraph graph)
    {
        string weights = node.Input(1);
        if (!graph.Constants.TryGetValue(weights, out LayerConstant? constant)) return NodeRole.Stays("its weights are not constant float32");
        if (graph.Constants.ContainsKey(node.Inputs[0])) return NodeRole.Stays("its input is constant", weights);
        string bias = node.Input(2);
        if (bias.Length > 0 && !graph.Constants.ContainsKey(bias)) return NodeRole.Stays("its bias is not constant", weights);
        if (constant.Values.Length == 0 || constant.Values.Length > int.MaxValue / 2) return NodeRole.Stays("its weights are empty or too many", weights);
        string? refusal = node.Operator == "Conv" ? ConvRefusal(node, constant) : ProductRefusal(node, constant, bias.Length > 0 ? graph.Constants[bias] : null);
        if (refusal is null && !float.IsFinite(TensorPrimitives.SumOfMagnitudes(constant.Values.Span))) refusal = "its weights are not all finite";
        return new NodeRole(node.Operator == "Conv" ? RegionKind.Image : RegionKind.Matrix, weights, refusal);
    }

    private static string? ConvRefusal(LayerNode node, LayerConstant weights)
    {
        if (weights.Shape.Length != 4) return "it is not two-dimensional";
        long groups = node.Integers("group", 1)[0];
        if (groups < 1 || weights.Shape[0] % groups != 0) return "its groups do not divide its channels";
        if (weights.Shape[2] * weights.Shape[3] > ushort.MaxValue) return "its kernel is too large";
        if (!IsWindow(node)) return "its window is not one that ONNX defines";
        string pad = node.Text("auto_pad", "NOTSET");
        if (pad is "NOTSET" or "VALID" or "") return null;
        return node.Integers("strides", 1, 1).All(stride => stride == 1) ? null : $"auto_pad {pad} with a stride depends on the input's size";
    }

    private static string? ProductRefusal(LayerNode node, LayerConstant weights, LayerConstant? bias)
    {
        if (weights.Shape.Length != 2) return "its weights are not a matrix";
        if (node.Operator == "MatMul") return null;
        if (node.Number("alpha", 1) != 1 || (node.Number("beta", 1) != 1 && bias is not null)) return "it scales its result";
        if (node.Integers("transA", 0)[0] != 0) return "its input is transposed";
        long outCount = node.Integers("transB", 0)[0] != 0 ? weights.Shape[0] : weights.Shape[1];
        return bias is null || IsRow(bias, outCount) ? null : "its bias is not one value for each output";
    }

    private static NodeRole Normalization(LayerNode node, LayerGraph graph)
    {
        bool constant = node.Inputs.Length == 5 && node.Inputs.Skip(1).All(graph.Constants.ContainsKey);
        return constant && node.Outputs.Length == 1 && node.Integers("training_mode", 0)[0] == 0
            ? new NodeRole(RegionKind.Image, null, null)
            : NodeRole.Stays("its statistics are not constant");
    }

    private static NodeRole Sum(LayerNode node, LayerGraph graph)
    {
        if (AddedBias(node, graph) is { } biased)
        {
            LayerConstant constant = graph.Constants[biased.Constant];
            return constant.Shape.Length == 1 && Dims(graph, biased.Value) is { Length: > 0 } shape && shape[^1] == constant.Shape[0]
                ? new NodeRole(RegionKind.Matrix, null, null)
                : NodeRole.Stays("it adds a constant that is not one value for each column");
        }

        ImmutableArray<long>? left = Dims(graph, node.Inputs[0]);
        ImmutableArray<long>? right = Dims(graph, node.Inputs[1]);
        return left is { } a && right is { } b && a.Length == b.Length && a.Zip(b).All(sizes => Fit(sizes.First, sizes.Second)) && graph.Floats.Contains(node.Inputs[1])
            ? new NodeRole(RegionKind.Any, null, null)
            : NodeRole.Stays("its inputs are not known to have the same shape");
    }

    private static NodeRole Gate(LayerNode node, LayerGraph graph)
    {
        if (graph.Constants.ContainsKey(node.Inputs[1]) || !graph.Floats.Contains(node.Inputs[1])) return NodeRole.Stays("it multiplies with a constant");
        return GateInput(node, graph) >= 0 ? new NodeRole(RegionKind.Image, null, null) : NodeRole.Stays("no input is one value for each channel");
    }

    /// <summary>Which input of a Mul is [batch, channels, 1, 1] beside an image [batch, channels, height, width]; -1 where none is.</summary>
    public static int GateInput(LayerNode node, LayerGraph graph)
    {
        if (Dims(graph, node.Inputs[0]) is not { Length: 4 } a || Dims(graph, node.Inputs[1]) is not { Length: 4 } b || !Fit(a[0], b[0]) || a[1] != b[1] || a[1] <= 0) return -1;
        if (b[2] == 1 && b[3] == 1) return 1;
        return a[2] == 1 && a[3] == 1 ? 0 : -1;
    }

    private static bool Fit(long left, long right) => left == right || (Math.Max(left, right) == -1 && Math.Min(left, right) < 0);

    private static NodeRole Pool(LayerNode node)
    {
        if (node.Integers("kernel_shape").Length != 2) return NodeRole.Stays("it is not two-dimensional");
        if (!IsWindow(node) || node.Integers("kernel_shape").Any(size => size < 1)) return NodeRole.Stays("its window is not one that ONNX defines");
        bool simple = node.Outputs.Length == 1 && node.Integers("ceil_mode", 0)[0] == 0 && node.Text("auto_pad", "NOTSET") is "NOTSET" or "VALID";
        return simple ? new NodeRole(RegionKind.Image, null, null) : NodeRole.Stays("its windows depend on the input's size");
    }

    private static bool IsWindow(LayerNode node) =>
        node.Integers("pads", 0, 0, 0, 0) is { Length: 4 } pads && pads.All(pad => pad >= 0)
        && node.Integers("strides", 1, 1) is { Length: 2 } strides && strides.All(stride => stride >= 1)
        && node.Integers("dilations", 1, 1) is { Length: 2 } dilations && dilations.All(dilation => dilation >= 1);

    private static float? Bound(LayerNode node, LayerGraph graph, int input, string attribute, float otherwise)
    {
        string name = node.Input(input);
        if (name.Length == 0) return node.Number(attribute, otherwise);
        return graph.Constants.TryGetValue(name, out LayerConstant? constant) && constant.Values.Length == 1 ? constant.Values.Span[0] : null;
    }

    private static bool IsRow(LayerConstant bias, long outCount) => bias.Values.Length == outCount && (bias.Shape.Length == 1 || (bias.Shape.Length == 2 && bias.Shape[0] == 1));

    private static int? Rank(LayerGraph graph, string value) => Dims(graph, value)?.Length;

    private static ImmutableArray<long>? Dims(LayerGraph graph, string value) => graph.Shapes.TryGetValue(value, out ImmutableArray<long> shape) ? shape : null;
}
