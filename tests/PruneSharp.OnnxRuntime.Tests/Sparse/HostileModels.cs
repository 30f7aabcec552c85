using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Models that ONNX Runtime runs and that are unkind to whatever rewrites them.</summary>
internal static class HostileModels
{
    private const int Double = 11;
    private const int Half = 10;

    /// <summary>By what is unkind about them.</summary>
    public static IReadOnlyDictionary<string, Func<ModelProto>> All { get; } = new Dictionary<string, Func<ModelProto>>(StringComparer.Ordinal)
    {
        ["weights all zero"] = () => Chain((s, name) => s.Constant(name, [8, 8, 3, 3], new float[576])),
        ["weights all dense"] = () => Chain((s, name) => s.Constant(name, [8, 8, 3, 3], SparseModels.Numbers(576, 1, 0))),
        ["weights of no outputs"] = () => Product(3, 0),
        ["weights of no inputs"] = () => Product(0, 3),
        ["weights shared"] = () => Chain((s, name) => s.Graph.Initializer.Count == 0 ? s.Sparse("w", 8, 8, 3, 3) : "w"),
        ["weights are an output"] = () => With(Chain(), m => m.Graph.Output.Add(new ValueInfoProto { Name = "w0" })),
        ["weights are an input"] = () => With(Chain(), m => m.Graph.Input.Add(ModelSketch.Value("w0", 1, 8, 8, 3, 3))),
        ["weights are computed"] = Computed,
        ["names missing"] = () => With(Chain(), m => m.Graph.Node.ToList().ForEach(n => n.Name = "")),
        ["optional inputs empty"] = Optional,
        ["outputs that nobody reads"] = () => With(Chain(), m => m.Graph.Node.Add(new NodeProto { OpType = "Abs", Input = { "v0" }, Output = { "unread" } })),
        ["output read again"] = () => With(Chain(), m => m.Graph.Output.Add(new[] { "v0", "v1", "v2" }.Select(name => new ValueInfoProto { Name = name }))),
        ["output of a dropout with a mask"] = Dropout,
        ["branches"] = SparseModels.Branching,
        ["branches with layers"] = Branches,
        ["loop"] = Loop,
        ["float64"] = () => Typed(Double),
        ["float16"] = () => Typed(Half),
        ["int8"] = Quantized,
        ["residual of unlike symbols"] = Unlike,
        ["residual of one image"] = Broadcast,
        ["dynamic"] = Dynamic,
        ["dynamic matrix"] = DynamicMatrix,
        ["rank unknown"] = RankUnknown,
        ["no inputs"] = NoInputs,
    };

    /// <summary>Convolution, batch normalisation in inference, Clip and Dropout as an operator set spells them.</summary>
    public static ModelProto Spelled(int opset)
    {
        var s = new ModelSketch(opset);
        string c = s.Conv(s.Input("x", "batch", 8, 10, 10), s.Sparse("w0", 8, 8, 3, 3));
        string[] statistics = [.. new[] { ("scale", 1.5f), ("bias", 0.1f), ("mean", -0.2f), ("variance", 0.7f) }
            .Select(p => s.Constant(p.Item1, [8], [.. Enumerable.Range(0, 8).Select(i => p.Item2 * (1 + i * 0.1f))]))];
        string n = s.Node("BatchNormalization", [c, .. statistics], opset < 9 ? [("epsilon", 1e-3f), ("spatial", 1L)] : [("epsilon", 1e-3f)]);
        if (opset >= 9)
            s.Graph.Node[^1].Attribute.RemoveAt(0);
        string clipped = opset < 11
            ? s.Node("Clip", [n], ("min", 0f), ("max", 6f))
            : s.Node("Clip", [n, s.Constant("low", [], [0f]), s.Constant("high", [], [6f])]);
        string dropped = s.Node("Dropout", [clipped]);
        return s.Model(s.Node("Relu", [s.Conv(dropped, s.Sparse("weights", 8, 8, 3, 3))]));
    }

    /// <summary>Three convolutions; a weight of the second is odd.</summary>
    public static ModelProto Odd(float number) => Chain((s, name) =>
    {
        float[] values = SparseModels.Numbers(576, name[^1], 0.85);
        if (name == "w1")
            values[100] = number;
        return s.Constant(name, [8, 8, 3, 3], values);
    });

    private static ModelProto Chain(Func<ModelSketch, string, string>? weights = null)
    {
        weights ??= (s, name) => s.Sparse(name, 8, 8, 3, 3);
        var s = new ModelSketch();
        string v = s.Input("x", 1, [1, 8, 10, 10]);
        for (int i = 0; i < 3; i++)
            v = s.Node("Relu", [s.Conv(v, weights(s, $"w{i}"))]);
        return s.Model(v);
    }

    private static ModelProto With(ModelProto model, Action<ModelProto> change)
    {
        change(model);
        return model;
    }

    private static ModelProto Product(long rows, long columns)
    {
        var s = new ModelSketch();
        string y = s.Node("MatMul", [s.Input("x", 1, [4, rows]), s.Constant("w", [rows, columns], new float[rows * columns])]);
        return s.Model(s.Node("Relu", [y]), s.Node("Relu", [s.Node("MatMul", [s.Input("z", 1, [4, 8]), s.Sparse("w2", 8, 8)])]));
    }

    private static ModelProto Computed()
    {
        var s = new ModelSketch();
        string w = s.Node("Neg", [s.Sparse("w", 8, 8, 3, 3)]);
        return s.Model(s.Conv(s.Conv(s.Input("x", 1, [1, 8, 10, 10]), w), s.Node("Identity", ["w"])));
    }

    private static ModelProto Optional()
    {
        var s = new ModelSketch();
        string c = s.Node("Clip", [s.Conv(s.Input("x", 1, [1, 8, 10, 10]), s.Sparse("w0", 8, 8, 3, 3), ""), "", s.Constant("high", [], [2f])]);
        string d = s.Node("Clip", [s.Conv(c, s.Sparse("w11", 8, 8, 3, 3)), "", ""]);
        return s.Model(s.Node("Clip", [s.Node("Gemm", [s.Node("Flatten", [d]), s.Sparse("w222", 800, 16), ""])]));
    }

    private static ModelProto Dropout()
    {
        var s = new ModelSketch();
        string d = s.Node("Dropout", [s.Conv(s.Input("x", 1, [1, 8, 10, 10]), s.Sparse("w0", 8, 8, 3, 3))]);
        s.Graph.Node[^1].Output.Add("mask");
        string p = s.Node("MaxPool", [s.Conv(d, s.Sparse("w11", 8, 8, 3, 3))], ("kernel_shape", new long[] { 2, 2 }));
        s.Graph.Node[^1].Output.Add("");
        return s.Model(s.Node("Relu", [p]), "mask");
    }

    private static ModelProto Branches()
    {
        var s = new ModelSketch();
        string c = s.Conv(s.Input("x", 1, [1, 8, 10, 10]), s.Sparse("w0", 8, 8, 3, 3));
        s.Input("yes", 9, []);
        string y = s.Node("If", ["yes"], ("then_branch", Body("a", "w0")), ("else_branch", Body("b", "w0")));
        return s.Model(s.Node("Relu", [s.Conv(y, "w0")]));

        GraphProto Body(string name, string w) => new()
        {
            Name = name,
            Node = { new NodeProto { OpType = "Conv", Input = { c, w }, Output = { name }, Attribute = { new AttributeProto { Name = "pads", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1, 1, 1, 1 } } } } },
            Output = { new ValueInfoProto { Name = name } },
        };
    }

    private static ModelProto Loop()
    {
        var s = new ModelSketch();
        string c = s.Conv(s.Input("x", 1, [1, 8, 10, 10]), s.Sparse("w0", 8, 8, 3, 3));
        s.Graph.Initializer.Add(new TensorProto { Name = "times", DataType = 7, RawData = ByteString.CopyFrom(BitConverter.GetBytes(3L)) });
        s.Graph.Initializer.Add(new TensorProto { Name = "go", DataType = 9, RawData = ByteString.CopyFrom(1) });
        var body = new GraphProto
        {
            Name = "body",
            Input = { ModelSketch.Value("i", 7), ModelSketch.Value("on", 9), ModelSketch.Value("state", 1, 1, 8, 10, 10) },
            Node =
            {
                new NodeProto { OpType = "Identity", Input = { "on" }, Output = { "still" } },
                new NodeProto { OpType = "Add", Input = { "state", c }, Output = { "next" } },
            },
            Output = { ModelSketch.Value("still", 9), ModelSketch.Value("next", 1, 1, 8, 10, 10) },
        };
        string y = s.Node("Loop", ["times", "go", c], ("body", body));
        return s.Model(s.Node("Relu", [s.Conv(y, "w0")]));
    }

    private static ModelProto Typed(int type)
    {
        int size = type == Double ? 8 : 2;
        var s = new ModelSketch();
        float[] numbers = SparseModels.Numbers(64, 4, 0.85);
        s.Graph.Initializer.Add(new TensorProto
        {
            Name = "w",
            DataType = type,
            Dims = { 8, 8 },
            RawData = ByteString.CopyFrom([.. numbers.SelectMany(v => type == Double ? BitConverter.GetBytes((double)v) : BitConverter.GetBytes((System.Half)v))]),
        });
        s.Input("x", type, [4, 8]);
        Assert.Equal(64 * size, s.Graph.Initializer[0].RawData.Length);
        return s.Model(s.Node("Relu", [s.Node("MatMul", ["x", "w"])]));
    }

    private static ModelProto Quantized()
    {
        var s = new ModelSketch();
        s.Input("x", 1, [4, 8]);
        s.Graph.Initializer.Add(new TensorProto { Name = "q", DataType = 3, Dims = { 8, 8 }, RawData = ByteString.CopyFrom([.. SparseModels.Numbers(64, 1, 0.8).Select(v => (byte)(sbyte)(v * 100))]) });
        s.Graph.Initializer.Add(new TensorProto { Name = "zero", DataType = 3, RawData = ByteString.CopyFrom(0) });
        string w = s.Node("DequantizeLinear", ["q", s.Constant("scale", [], [0.01f]), "zero"]);
        return s.Model(s.Node("Relu", [s.Node("MatMul", ["x", w])]));
    }

    private static ModelProto Unlike()
    {
        var s = new ModelSketch();
        string a = s.Conv(s.Input("x", "batch", 8, 10, 10), s.Sparse("w0", 8, 8, 3, 3)), b = s.Conv(s.Input("z", "one", 8, 10, 10), s.Sparse("w11", 8, 8, 3, 3));
        return s.Model(s.Node("Relu", [s.Node("Add", [a, b])]), s.Node("Relu", [s.Node("Add", [a, "z"])]));
    }

    private static ModelProto Broadcast()
    {
        var s = new ModelSketch();
        string a = s.Conv(s.Input("x", "batch", 8, "height", "width"), s.Sparse("w0", 8, 8, 3, 3));
        string pooled = s.Node("ReduceMean", [a], ("axes", new long[] { 2, 3 }), ("keepdims", 1L));
        string turned = s.Node("Transpose", [a], ("perm", new long[] { 0, 1, 3, 2 }));
        string one = s.Node("Add", [a, s.Node("Conv", [pooled, s.Sparse("w11", 8, 8, 1, 1)])]);
        return s.Model(s.Node("Relu", [one]), turned);
    }

    private static ModelProto Dynamic()
    {
        var s = new ModelSketch();
        string v = s.Input("x", "batch", 8, "height", "width");
        string a = s.Node("Relu", [s.Conv(v, s.Sparse("w0", 8, 8, 3, 3))]);
        string b = s.Node("Relu", [s.Node("Add", [s.Conv(a, s.Sparse("w11", 8, 8, 3, 3)), a])]);
        string p = s.Node("MaxPool", [b], ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }));
        string g = s.Node("Flatten", [s.Node("GlobalAveragePool", [s.Conv(p, s.Sparse("w222", 16, 8, 3, 3))])]);
        return s.Model(s.Node("Gemm", [g, s.Sparse("w3333", 16, 12), s.Sparse("bias", 12)]), b);
    }

    private static ModelProto DynamicMatrix()
    {
        var s = new ModelSketch();
        string a = s.Node("Relu", [s.Node("MatMul", [s.Input("x", "batch", "height", 16), s.Sparse("w0", 16, 32)])]);
        string b = s.Node("Add", [s.Node("MatMul", [a, s.Sparse("w11", 32, 16)]), "x"]);
        return s.Model(b);
    }

    private static ModelProto RankUnknown()
    {
        var s = new ModelSketch();
        s.Input("x", 1, [1, 8, 10, 10]);
        string shape = s.Node("Cast", [s.Node("Abs", [s.Node("Cast", [s.Node("Shape", ["x"])], ("to", 1L))])], ("to", 7L));
        string v = s.Node("Relu", [s.Conv(s.Node("Reshape", ["x", shape]), s.Sparse("w0", 8, 8, 3, 3))]);
        return s.Model(s.Node("Add", [s.Conv(v, s.Sparse("w11", 8, 8, 3, 3)), v]));
    }

    private static ModelProto NoInputs()
    {
        var s = new ModelSketch();
        string v = s.Constant("c", [1, 8, 10, 10], SparseModels.Numbers(800, 2, 0));
        return s.Model(s.Node("Relu", [s.Conv(v, s.Sparse("w0", 8, 8, 3, 3))]));
    }
}
