namespace PruneSharp.Onnx;

/// <summary>Einsum with an explicit equation: equal letters are the same axis.</summary>
internal sealed class EinsumRule : OperatorRule
{
    public override string? Couple(GraphNode node, Coupling coupling)
    {
        if (Terms(node) is not { } terms || node.Output(0) is not { } y || terms.Operands.Length != node.Inputs.Count || terms.Result.Length != y.Rank)
            return "its equation has no written result, or an ellipsis";
        if (terms.Operands.Where((term, i) => node.Inputs[i] is null || term.Length != node.Inputs[i]!.Rank || term.Distinct().Count() != term.Length).Any())
            return "its equation does not match its operands";
        foreach (char letter in terms.Operands.SelectMany(term => term).Distinct())
        {
            (int Input, int Axis)[] places = [.. terms.Operands.Select((term, i) => (i, term.IndexOf(letter))).Where(p => p.Item2 >= 0)];
            GraphTensor Of((int Input, int Axis) place) => node.Inputs[place.Input]!;
            foreach (var place in places.Skip(1))
                coupling.Same(Of(places[0]), places[0].Axis, Of(place), place.Axis);
            if (terms.Result.IndexOf(letter) is >= 0 and var axis)
                coupling.Same(Of(places[0]), places[0].Axis, y, axis);
            else if (places.Length == 1)
                coupling.Contract(ContractionKind.Sum, places[0].Input, places[0].Axis);
            else
                coupling.Contract(places[0].Input, places[0].Axis, places[1].Input, places[1].Axis);
        }

        return null;
    }

    public override long Macs(GraphNode node, Func<GraphTensor, IReadOnlyList<long>> dims)
    {
        if (Terms(node) is not { } terms)
            return 0;
        var sizes = new Dictionary<char, long>();
        for (int i = 0; i < terms.Operands.Length; i++)
            for (int axis = 0; axis < terms.Operands[i].Length; axis++)
                sizes[terms.Operands[i][axis]] = dims(node.Inputs[i]!)[axis];
        return Product(sizes.Values);
    }

    private static (string[] Operands, string Result)? Terms(GraphNode node) =>
        node.Text("equation").Replace(" ", "", StringComparison.Ordinal).Split("->") is [var operands, var result] && !operands.Contains('.', StringComparison.Ordinal)
            ? (operands.Split(','), result)
            : null;
}
