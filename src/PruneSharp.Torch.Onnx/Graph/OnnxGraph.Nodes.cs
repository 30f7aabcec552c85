using System.Buffers.Binary;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Torch.Onnx;

public sealed partial class OnnxGraph
{
    // Operators that people write with one input and that give another shape or type.
    private static readonly HashSet<string> _reshaping =
    [
        "ArgMax", "ArgMin", "AveragePool", "Cast", "Concat", "Conv", "ConvTranspose", "DepthToSpace", "Expand", "Flatten", "Gather", "Gemm", "GlobalAveragePool",
        "GlobalMaxPool", "MatMul", "MaxPool", "Pad", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "Reshape", "Resize", "Shape",
        "Size", "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "TopK", "Transpose", "Unsqueeze",
    ];

    /// <summary>Adds an operator that keeps type and shape of its input, such as an activation.</summary>
    /// <param name="op">The operator's name in ONNX, such as <c>Relu</c>.</param>
    /// <param name="input">Its input.</param>
    /// <param name="attributes">Its settings.</param>
    /// <exception cref="ArgumentException">The operator changes shape or type.</exception>
    public OnnxValue Node(string op, OnnxValue input, params OnnxAttribute[] attributes) => _reshaping.Contains(op)
        ? throw new ArgumentException($"{op} changes the shape or type of its input; say the output's: Node(\"{op}\", [input], shape), or use a method such as {nameof(Reshape)} or {nameof(Transpose)}.", nameof(op))
        : Node(op, [input], input.Shape, attributes);

    /// <summary>Adds an operator with one output of the type of its first input.</summary>
    /// <param name="op">The operator's name in ONNX.</param>
    /// <param name="inputs">Its inputs; null for an optional one that is left out.</param>
    /// <param name="shape">The output's dimensions; null for each one that is not known.</param>
    /// <param name="attributes">Its settings.</param>
    public OnnxValue Node(string op, IReadOnlyList<OnnxValue?> inputs, IReadOnlyList<long?> shape, params OnnxAttribute[] attributes) =>
        Nodes(op, inputs, [(inputs[0]!.Type, shape)], attributes)[0];

    /// <summary>Adds an operator with any outputs.</summary>
    /// <param name="op">The operator's name in ONNX.</param>
    /// <param name="inputs">Its inputs; null for an optional one that is left out.</param>
    /// <param name="outputs">Type and dimensions of each output.</param>
    /// <param name="attributes">Its settings.</param>
    public IReadOnlyList<OnnxValue> Nodes(string op, IReadOnlyList<OnnxValue?> inputs, IReadOnlyList<(ScalarType Type, IReadOnlyList<long?> Shape)> outputs, params OnnxAttribute[] attributes)
    {
        string name = Unique(op);

        // Left out at the end, not given empty: ONNX Runtime's LayerNormalization crashes on an empty bias.
        int given = inputs.Count;
        while (given > 0 && inputs[given - 1] is null)
            given--;
        var values = outputs.Select((o, i) => new OnnxValue(outputs.Count == 1 ? name : FormattableString.Invariant($"{name}:{i}"), o.Type, o.Shape)).ToList();
        Proto.Node.Add(new NodeProto
        {
            Name = name,
            OpType = op,
            Input = { inputs.Take(given).Select(i => i?.Name ?? "") },
            Output = { values.Select(v => v.Name) },
            Attribute = { attributes.Select(a => a.Proto) },
        });
        return values;
    }

    /// <summary>A list of integers, such as a shape, axes or pads.</summary>
    public OnnxValue Integers(params IReadOnlyList<long> values)
    {
        byte[] bytes = new byte[values.Count * sizeof(long)];
        for (int i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        return Constant(bytes, ScalarType.Int64, [values.Count]);
    }

    /// <summary>Factors, which are float32 whatever the input is.</summary>
    internal OnnxValue Reals(IReadOnlyList<double> values) => Constant([.. values.SelectMany(v => Bytes(v, ScalarType.Float32))], ScalarType.Float32, [values.Count]);

    /// <summary>A single number of the type of another value.</summary>
    public OnnxValue Number(double value, OnnxValue like) => Constant(Bytes(value, like.Type), like.Type, []);

    /// <summary>One number many times, of the type of another value.</summary>
    public OnnxValue Filled(double value, long count, OnnxValue like)
    {
        byte[] one = Bytes(value, like.Type), all = new byte[one.Length * count];
        for (int i = 0; i < count; i++)
            one.CopyTo(all, i * one.Length);
        return Constant(all, like.Type, [count]);
    }

    private OnnxValue Constant(byte[] bytes, ScalarType type, IReadOnlyList<long> shape)
    {
        string name = Unique("constant");
        return Initialize(new() { Name = name, DataType = (int)OnnxTypes.Of(type, name), Dims = { shape }, RawData = UnsafeByteOperations.UnsafeWrap(bytes) }, type);
    }

    private byte[] Bytes(double value, ScalarType type)
    {
        byte[] bytes = new byte[type switch { ScalarType.Float64 => 8, ScalarType.Float32 => 4, ScalarType.Float16 => 2, _ => throw Unsupported($"its input is {type}; it computes with floating-point numbers only.") }];
        if (bytes.Length == 8)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        else if (bytes.Length == 4)
            BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value);
        else
            BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
        return bytes;
    }
}
