namespace PruneSharp.Onnx;

/// <summary>DepthToSpace and SpaceToDepth: blocks of the picture become channels and back.</summary>
internal sealed class DepthToSpaceRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (node.Input(0) is not { Rank: 4 } x || node.Output(0) is not { Rank: 4 } y)
            return "its shapes do not match";
        bool toSpace = node.Op == "DepthToSpace";
        var (deep, wide) = toSpace ? (x, y) : (y, x);
        long square = node.Int("blocksize", 1) * node.Int("blocksize", 1);
        if (square < 1 || wide.Dims![1] * square != deep.Dims![1])
            return "its channels do not match its block size";
        bool interleaved = toSpace && node.Text("mode", "DCR") == "CRD";
        for (int i = 0; i < deep.Dims[1]; i++)
            coupling.Same(deep, 1, i, wide, 1, interleaved ? (int)(i / square) : i % wide.Dims[1]);
        foreach (var tensor in new[] { x, y })
            coupling.PinAxes(tensor, [2, 3], "spatial axis");
        coupling.Same(x, 0, y, 0);
        return null;
    }
}
