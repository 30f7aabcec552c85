namespace PruneSharp.Onnx;

/// <summary>Gives constants other values. One that is stored once and used by several nodes may need several versions.</summary>
internal static class ConstantVersions
{
    /// <summary>Changes constants.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="edits">Takes the changes.</param>
    /// <param name="version">What a constant becomes for the uses it stands for; null where it stays.</param>
    public static void Apply(ShrinkGraph graph, ModelEdits edits, Func<GraphTensor, ConstantVersion?> version)
    {
        foreach (var stored in graph.Tensors.Where(t => t.IsConstant).GroupBy(t => t.Stored!))
        {
            var versions = stored.Select(tensor => (Tensor: tensor, Version: version(tensor))).GroupBy(v => v.Version?.Key ?? "").ToList();
            // In its place stays what some use needs unchanged, else the first.
            var main = versions.FirstOrDefault(v => v.Key.Length == 0) ?? versions[0];
            if (main.First().Version is { } replacing)
                edits.Replace(stored.Key, replacing.Make(stored.Key.Proto.Name));
            foreach (var other in versions.Where(v => v != main))
            {
                string name = edits.Add(stored.First().Name, fresh => other.First().Version!.Make(fresh));
                foreach (var (node, input) in other.SelectMany(v => v.Tensor.Uses))
                    edits.Of(node.Proto).Inputs[input] = name;
            }
        }
    }
}
