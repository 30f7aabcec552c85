namespace PruneSharp.Onnx;

/// <summary>Element by element, with broadcasting.</summary>
internal static class IntegerArithmetic
{
    /// <summary>One operand.</summary>
    public static IntegerRule Unary(Func<long, long> operation) => (node, _) =>
        node.Integers(0) is { } values ? Narrow([.. values.Select(operation)]) : null;

    /// <summary>Two operands, or more from left to right.</summary>
    public static IntegerRule Binary(Func<long, long, long> operation) => (node, dims) =>
    {
        if (node.Has("broadcast") || node.Integers(0) is not { } first)
            return null;
        var result = Spread(node, 0, first, dims[0]);
        for (int input = 1; input < node.InputCount; input++)
        {
            if (node.Integers(input) is not { } values)
                return null;
            var other = Spread(node, input, values, dims[0]);
            for (int i = 0; i < result.Length; i++)
                result[i] = operation(result[i], other[i]);
        }

        return node.InputCount == 1 ? [result] : Narrow(result);
    };

    /// <summary>The remainder has the divisor's sign, with fmod the dividend's.</summary>
    public static long[][]? Mod(NodeShapes node, long[][] dims) => Binary(node.Int("fmod", 0) != 0
        ? (a, b) => a % b
        : (a, b) => a % b is var rest && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest)(node, dims);

    /// <summary>The second operand where the first is true, else the third.</summary>
    public static long[][]? Where(NodeShapes node, long[][] dims)
    {
        if (node.Integers(0) is not { } condition || node.Integers(1) is not { } yes || node.Integers(2) is not { } no)
            return null;
        long[] which = Spread(node, 0, condition, dims[0]), first = Spread(node, 1, yes, dims[0]), second = Spread(node, 2, no, dims[0]);
        return [[.. which.Select((c, i) => c != 0 ? first[i] : second[i])]];
    }

    /// <summary>Computed values, if they are the same in 32 and in 64 bits.</summary>
    public static long[][]? Narrow(long[] values) => values.All(v => v is >= int.MinValue and <= int.MaxValue) ? [values] : null;

    private static long[] Spread(NodeShapes node, int input, long[] values, long[] dims)
    {
        var from = node.Dims(input)!;
        return FlatIndex.Fill(dims, position => values[FlatIndex.Of(position, from)]);
    }
}
