namespace PruneSharp.Torch.Onnx;

public sealed partial class OnnxGraph
{
    /// <summary>a + b, broadcast as in NumPy.</summary>
    public OnnxValue Add(OnnxValue a, OnnxValue b) => Broadcast("Add", a, b);

    /// <summary>a − b, broadcast.</summary>
    public OnnxValue Subtract(OnnxValue a, OnnxValue b) => Broadcast("Sub", a, b);

    /// <summary>a · b element by element, broadcast.</summary>
    public OnnxValue Multiply(OnnxValue a, OnnxValue b) => Broadcast("Mul", a, b);

    /// <summary>a · number.</summary>
    public OnnxValue Multiply(OnnxValue a, double number) => Multiply(a, Number(number, a));

    /// <summary>a / b element by element, broadcast.</summary>
    public OnnxValue Divide(OnnxValue a, OnnxValue b) => Broadcast("Div", a, b);

    /// <summary>The matrix product over the last two axes; the axes before them broadcast.</summary>
    public OnnxValue MatMul(OnnxValue a, OnnxValue b)
    {
        IReadOnlyList<long?> rows = a.Rank == 1 ? [] : [a.Dim(-2)], columns = b.Rank == 1 ? [] : [b.Dim(-1)];
        return Node("MatMul", [a, b], [.. Shapes.Broadcast([.. a.Shape.SkipLast(2)], [.. b.Shape.SkipLast(2)]), .. rows, .. columns]);
    }

    /// <summary>Puts tensors behind each other along an axis.</summary>
    public OnnxValue Concat(long axis, params IReadOnlyList<OnnxValue> values)
    {
        var shape = values[0].Shape.ToArray();
        int at = Shapes.Axis(axis, shape.Length);
        shape[at] = values.Aggregate((long?)0, (sum, v) => sum + v.Shape[at]);
        return Node("Concat", [.. values], shape, new OnnxAttribute("axis", at));
    }

    /// <summary>Cuts a tensor along an axis into parts of the given sizes.</summary>
    public IReadOnlyList<OnnxValue> Split(OnnxValue value, long axis, params IReadOnlyList<long> sizes)
    {
        int at = Shapes.Axis(axis, value.Rank);
        return Nodes("Split", [value, Integers(sizes)], [.. sizes.Select(s => (value.Type, Shapes.With(value.Shape, at, s)))], new OnnxAttribute("axis", at));
    }

    /// <summary>Puts the axes into another order.</summary>
    public OnnxValue Transpose(OnnxValue value, params IReadOnlyList<long> order) =>
        Node("Transpose", [value], [.. order.Select(axis => value.Shape[(int)axis])], new OnnxAttribute("perm", order));

    /// <summary>Another shape for the same elements: 0 keeps the dimension at that place, −1 (once) takes what is left.</summary>
    public OnnxValue Reshape(OnnxValue value, params IReadOnlyList<long> shape) =>
        Node("Reshape", [value, Integers(shape)], Shapes.Reshape(value.Shape, shape));

    /// <summary>Adds axes of length 1 at the given places of the result.</summary>
    public OnnxValue Unsqueeze(OnnxValue value, params IReadOnlyList<long> axes)
    {
        var shape = value.Shape.ToList();
        foreach (long axis in axes.Order())
            shape.Insert((int)axis, 1);
        return Node("Unsqueeze", [value, Integers(axes)], shape);
    }

    /// <summary>Removes axes of length 1.</summary>
    public OnnxValue Squeeze(OnnxValue value, params IReadOnlyList<long> axes) =>
        Node("Squeeze", [value, Integers(axes)], [.. value.Shape.Where((_, i) => !axes.Contains(i))]);

    /// <summary>Chooses slices along an axis by their indices.</summary>
    internal OnnxValue Take(OnnxValue value, int axis, IReadOnlyList<long> indices) =>
        Node("Gather", [value, Integers(indices)], Shapes.With(value.Shape, axis, indices.Count), new OnnxAttribute("axis", axis));

    /// <summary>The part from <paramref name="start"/> to before <paramref name="end"/> along an axis; both may count from the back.</summary>
    internal OnnxValue Slice(OnnxValue value, int axis, long start, long end, long? size) =>
        Node("Slice", [value, Integers(start), Integers(end), Integers(axis)], Shapes.With(value.Shape, axis, size));

    /// <summary>The dimensions of a value, at run time.</summary>
    internal OnnxValue ShapeOf(OnnxValue value) => Nodes("Shape", [value], [(ScalarType.Int64, [value.Rank])])[0];

    /// <summary>The shape of another value for the same elements.</summary>
    internal OnnxValue ReshapeLike(OnnxValue value, OnnxValue like) => Node("Reshape", [value, ShapeOf(like)], like.Shape);

    private OnnxValue Broadcast(string op, OnnxValue a, OnnxValue b) => Node(op, [a, b], Shapes.Broadcast(a.Shape, b.Shape));
}
