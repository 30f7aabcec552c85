namespace PruneSharp.Onnx;

/// <summary>Matrix products and sums of products.</summary>
internal static class ProductRules
{
    private const int LongestEquation = 1000;

    /// <summary>[m, n] of two matrices, each of which may be transposed.</summary>
    public static long[]?[]? Gemm(NodeShapes node)
    {
        if (node.Dims(0) is not { Length: 2 } a || node.Dims(1) is not { Length: 2 } b)
            return null;
        bool transA = node.Int("transA", 0) != 0, transB = node.Int("transB", 0) != 0;
        return a[transA ? 0 : 1] == b[transB ? 1 : 0] ? [[a[transA ? 1 : 0], b[transB ? 0 : 1]]] : null;
    }

    /// <summary>Product of matrices with broadcast leading axes, the second operand in the given input.</summary>
    public static ShapeRule MatMul(int second) => node =>
        node.Dims(0) is { } a && node.Dims(second) is { } b && Product(a, b) is { } dims ? [dims] : null;

    /// <summary>A product whose operands' last two axes may be swapped.</summary>
    public static long[]?[]? FusedMatMul(NodeShapes node)
    {
        if (node.Dims(0) is not { Length: >= 2 } a || node.Dims(1) is not { Length: >= 2 } b || node.Int("transBatchA", 0) != 0 || node.Int("transBatchB", 0) != 0)
            return null;
        if (node.Int("transA", 0) != 0)
            (a[^1], a[^2]) = (a[^2], a[^1]);
        if (node.Int("transB", 0) != 0)
            (b[^1], b[^2]) = (b[^2], b[^1]);
        return Product(a, b) is { } dims ? [dims] : null;
    }

    /// <summary>Packed weights: attribute N outputs.</summary>
    public static long[]?[]? MatMulNBits(NodeShapes node) =>
        node.Dims(0) is { Length: >= 1 } a && a[^1] == node.Int("K", -1) ? [[.. a[..^1], node.Int("N", -1)]] : null;

    /// <summary>Letters of the result have the sizes that they have in the operands. An ellipsis is unknown.</summary>
    public static long[]?[]? Einsum(NodeShapes node)
    {
        string equation = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->"), operands = sides[0].Split(',');
        if (equation.Length > LongestEquation || sides.Length > 2 || equation.Contains('.') || operands.Length != node.InputCount)
            return null;
        var sizes = new SortedDictionary<char, long>();
        for (int input = 0; input < operands.Length; input++)
        {
            if (node.Dims(input) is not { } dims || dims.Length != operands[input].Length)
                return null;
            for (int axis = 0; axis < dims.Length; axis++)
                if (!sizes.TryAdd(operands[input][axis], dims[axis]) && sizes[operands[input][axis]] != dims[axis])
                    return null;
        }

        string result = sides.Length == 2 ? sides[1] : string.Concat(sizes.Keys.Where(letter => sides[0].Count(c => c == letter) == 1));
        return result.All(sizes.ContainsKey) ? [[.. result.Select(letter => sizes[letter])]] : null;
    }

    private static long[]? Product(long[] a, long[] b)
    {
        if (a.Length == 0 || b.Length == 0 || a[^1] != (b.Length == 1 ? b[0] : b[^2]) || Dimensions.Broadcast(a.Length > 2 ? a[..^2] : [], b.Length > 2 ? b[..^2] : []) is not { } batch)
            return null;
        return [.. batch, .. a.Length > 1 ? a[^2..^1] : [], .. b.Length > 1 ? b[^1..] : []];
    }
}
