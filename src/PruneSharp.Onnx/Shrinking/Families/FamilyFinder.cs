namespace PruneSharp.Onnx;

/// <summary>Reads units and families from the classes of slots.</summary>
internal static class FamilyFinder
{
    // Operators that only move a weight, one behind the other.
    private const int MostMoves = 64;

    /// <summary>
    /// Families in order of their first constant; those that may not shrink too, with the reason. Several families on the outputs of one
    /// weight (the halves of a split) are numbered.
    /// </summary>
    public static IReadOnlyList<UnitFamily> Find(ShrinkGraph graph, Propagation propagation)
    {
        var slots = propagation.Slots;
        var cells = new Dictionary<int, List<(GraphTensor Tensor, int Axis, List<int> Indices)>>();
        foreach (var tensor in graph.Tensors.Where(t => t.IsConstant && t.Uses.Count > 0))
        {
            for (int axis = 0; axis < tensor.Rank; axis++)
            {
                int first = slots.First(tensor, axis);
                for (int i = 0; i < tensor.Dims![axis]; i++)
                {
                    int root = slots.Root(first + i);
                    if (!slots.Flags(root).HasFlag(SlotFlags.Contracted) && slots.Pinned(root)?.Node is null)
                        continue;
                    if (!cells.TryGetValue(root, out var unit))
                        cells[root] = unit = [];
                    if (unit.Count == 0 || unit[^1].Tensor != tensor || unit[^1].Axis != axis)
                        unit.Add((tensor, axis, []));
                    unit[^1].Indices.Add(i);
                }
            }
        }

        var families = new Dictionary<string, List<ShrinkUnit>>(StringComparer.Ordinal);
        foreach (var (root, unit) in cells)
        {
            if (!unit.Any(c => c.Tensor.Rank > 1 && ConstantValues.CanRead(c.Tensor.Stored!)))
                continue; // vectors and tables of positions: nothing that could be ranked goes with it
            // Outputs of a layer that a node keeps are a family that stays, also where nothing adds over them.
            if (!slots.Flags(root).HasFlag(SlotFlags.Contracted) && !unit.Any(c => c.Tensor.Rank > 1 && c.Axis == Outputs(c.Tensor)))
                continue;
            string pin = slots.Pinned(root) is null ? "" : "!";
            string key = pin + string.Join(';', unit.Select(c => $"{c.Tensor.Number}.{c.Axis}.{c.Indices.Count}"));
            if (!families.TryGetValue(key, out var units))
                families[key] = units = [];
            units.Add(new(root, [.. unit.Select(c => new UnitCells(c.Tensor, c.Axis, c.Indices))]));
        }

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. families.Values.Select(units => Family(units, slots)).OrderBy(f => f.Units[0].Cells[0].Tensor.Number).ThenBy(f => f.Units[0].Root)
                .Select(f => (names[f.Name] = names.GetValueOrDefault(f.Name) + 1) is > 1 and var copy ? f with { Name = $"{f.Name}#{copy}" } : f),
        ];
    }

    private static UnitFamily Family(List<ShrinkUnit> units, SlotTable slots)
    {
        var cells = units[0].Cells;
        var users = cells.SelectMany(c => c.Tensor.Uses).Select(u => u.Node).Distinct().ToList();
        string operators = string.Join(' ', users.Select(n => n.Op).Order(StringComparer.Ordinal));
        // The name of a weight says most; among several the producer's, whose outputs the units are.
        var named = cells.Where(c => c.Tensor.Rank > 1 && c.Axis == Outputs(c.Tensor)).Concat(cells.Where(c => c.Tensor.Rank > 1)).Concat(cells).First();
        bool statistics = units.Any(u => slots.Flags(u.Root).HasFlag(SlotFlags.Statistics));
        return new($"{named.Tensor.Name}:{named.Axis}", units, operators, statistics, slots.Pinned(units[0].Root));
    }

    /// <summary>The axis of a weight that counts outputs, also where it comes to its layer through operators that only move it; null where it is no weight.</summary>
    public static int? Outputs(GraphTensor weight) => Outputs(weight, MostMoves);

    private static int? Outputs(GraphTensor weight, int moves)
    {
        if (moves == 0 || weight.Uses.FirstOrDefault() is not { Node: { } node, Input: var input })
            return null;
        switch (node.Op)
        {
            case "Cast" or "DequantizeLinear" or "Identity" when input == 0 && node.Output(0) is { } same:
                return Outputs(same, moves - 1);
            case "Transpose" when node.Output(0) is { } turned && Outputs(turned, moves - 1) is { } axis:
                return node.Ints("perm") is { Count: > 0 } order ? (int)order[axis] : weight.Rank - 1 - axis;
            case "Gemm" or "FusedGemm" or "MatMul" or "QLinearMatMul" or "MatMulInteger" or "DynamicQuantizeMatMul" or "FusedMatMul" or "TransposeMatMul":
                bool transposed = node.Int(input == 0 ? "transA" : "transB", 0) != 0;
                return transposed == (input == 0) ? weight.Rank - 1 : weight.Rank - 2;
            case "ConvTranspose" or "LSTM" or "GRU" or "RNN" or "Gather" or "Attention":
                return 1;
            case "Conv" or "FusedConv" or "QLinearConv" or "ConvInteger" or "MatMulNBits":
                return 0;
            default:
                return null;
        }
    }
}
