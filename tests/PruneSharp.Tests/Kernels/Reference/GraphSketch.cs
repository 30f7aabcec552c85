using System.Collections.Immutable;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

/// <summary>Writes a <see cref="LayerGraph"/> down; every method adds an operator and returns the name of its value.</summary>
internal sealed class GraphSketch
{
    private readonly List<LayerNode> nodes = [];
    private readonly List<string> inputs = [];
    private readonly Dictionary<string, LayerConstant> constants = [];
    private readonly Dictionary<string, ImmutableArray<long>> shapes = [];

    public string Input(string name, params long[] shape)
    {
        inputs.Add(name);
        shapes[name] = [.. shape];
        return name;
    }

    public string Constant(long[] shape, params float[] values)
    {
        string name = $"k{constants.Count}";
        constants[name] = new([.. shape], values);
        shapes[name] = [.. shape];
        return name;
    }

    public string Row(params float[] values) => Constant([values.Length], values);

    public ImmutableArray<long> Shape(string value) => shapes[value];

    public string Conv(string x, long[] weightShape, float[] weights, float[]? bias = null, long groups = 1, long[]? strides = null, long[]? dilations = null, long[]? pads = null)
    {
        strides ??= [1, 1];
        dilations ??= [1, 1];
        pads ??= [0, 0, 0, 0];
        string w = Constant(weightShape, weights);
        long[] shape = Window(x, weightShape[0], weightShape[2..], strides, dilations, pads);
        string[] read = bias is null ? [x, w] : [x, w, Row(bias)];
        return Add("Conv", shape, read, ("group", [groups]), ("strides", strides), ("dilations", dilations), ("pads", pads));
    }

    public string MaxPool(string x, long[] kernel, long[]? strides = null, long[]? pads = null, long[]? dilations = null)
    {
        strides ??= [1, 1];
        dilations ??= [1, 1];
        pads ??= [0, 0, 0, 0];
        return Add("MaxPool", Window(x, shapes[x][1], kernel, strides, dilations, pads), [x], ("kernel_shape", kernel), ("strides", strides), ("dilations", dilations), ("pads", pads));
    }

    public string Mean(string x) => Add("GlobalAveragePool", [shapes[x][0], shapes[x][1], 1, 1], [x]);

    /// <summary>weights [in, out].</summary>
    public string MatMul(string x, long[] weightShape, params float[] weights) => Add("MatMul", [.. shapes[x][..^1], weightShape[1]], [x, Constant(weightShape, weights)]);

    /// <summary>weights [out, in].</summary>
    public string Gemm(string x, long[] weightShape, float[] weights, float[]? bias = null) =>
        Add("Gemm", [.. shapes[x][..^1], weightShape[0]], bias is null ? [x, Constant(weightShape, weights)] : [x, Constant(weightShape, weights), Row(bias)], ("transB", [1]));

    /// <summary>An operator whose result has the shape of its first input.</summary>
    public string Each(string name, params string[] read) => Add(name, [.. shapes[read[0]]], read);

    public string Add(string name, long[] shape, string[] read, params (string Name, long[] Values)[] attributes) =>
        Add(name, shape, read, attributes.ToDictionary(pair => pair.Name, pair => LayerAttribute.Of(pair.Values)));

    public string Add(string name, long[] shape, string[] read, Dictionary<string, LayerAttribute> attributes)
    {
        string output = $"{name.ToLowerInvariant()}{nodes.Count}";
        nodes.Add(new LayerNode($"n{nodes.Count}", name, "", [.. read], [output], attributes));
        shapes[output] = [.. shape];
        return output;
    }

    public LayerGraph Graph(params string[] outputs) => new()
    {
        Nodes = [.. nodes],
        Inputs = [.. inputs],
        Outputs = [.. outputs],
        Constants = constants,
        Shapes = shapes,
        Floats = shapes.Keys.ToHashSet(),
    };

    private long[] Window(string x, long channels, long[] kernel, long[] strides, long[] dilations, long[] pads)
    {
        long Out(int axis)
        {
            long free = shapes[x][2 + axis] + pads[axis] + pads[2 + axis] - ((kernel[axis] - 1) * dilations[axis]) - 1;
            return free < 0 ? 0 : (free / strides[axis]) + 1;
        }

        return [shapes[x][0], channels, Out(0), Out(1)];
    }
}
