namespace PruneSharp.Onnx;

/// <summary>LSTM, GRU and RNN.</summary>
internal static class RecurrentRules
{
    /// <summary>Y [steps, directions, batch, hidden] and the last states [directions, batch, hidden]; layout 1 has the batch first.</summary>
    public static long[]?[]? Recurrent(NodeShapes node)
    {
        if (node.Dims(0) is not { Length: 3 } x || node.Dims(2) is not { Length: 3 } recurrence)
            return null;
        long directions = recurrence[0], hidden = recurrence[2];
        return node.Int("layout", 0) == 0
            ? [[x[0], directions, x[1], hidden], [directions, x[1], hidden], [directions, x[1], hidden]]
            : [[x[0], x[1], directions, hidden], [x[0], directions, hidden], [x[0], directions, hidden]];
    }
}
