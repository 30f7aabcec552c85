namespace PruneSharp.Onnx;

/// <summary>The changes that make a model smaller: constants cut, attributes and sizes rewritten, what is no longer needed taken out.</summary>
internal static class ShrunkModel
{
    /// <summary>Collects the changes for a cut.</summary>
    /// <param name="cut">What goes.</param>
    /// <param name="traces">What removed constants leave behind; null for nothing.</param>
    /// <exception cref="ShapeConflictException">A size that the model computes cannot be made to fit.</exception>
    public static ModelEdits Edits(Cut cut, DeadTraces? traces = null)
    {
        var graph = cut.Graph;
        var edits = new ModelEdits(graph.Model);
        if (cut.Removed.Count == 0)
            return edits;
        Rewrite(cut, edits);
        ConstantVersions.Apply(graph, edits, tensor => traces?.Version(cut, tensor) ?? (cut.Changes(tensor) ? Version(cut, tensor) : null));
        traces?.Insert(cut, edits);
        DeadParts.Remove(graph, edits);
        Declarations.Update(cut, edits);
        return edits;
    }

    /// <summary>A size that cannot be made to fit; null where all can.</summary>
    public static ShapeConflictException? Conflict(Cut cut)
    {
        try
        {
            Rewrite(cut, new(cut.Graph.Model));
            return null;
        }
        catch (ShapeConflictException conflict)
        {
            return conflict;
        }
    }

    private static void Rewrite(Cut cut, ModelEdits edits)
    {
        var rewriting = new Rewriting(cut, edits);
        foreach (var node in cut.Graph.Nodes)
        {
            try
            {
                node.Rule?.Rewrite(node, rewriting);
            }
            catch (Exception error) when (ShapeRules.IsNonsense(error))
            {
                throw new ShapeConflictException(node, "its inputs do not match its shapes", [.. node.Tensors.SelectMany(cut.RemovedRoots).Distinct()]);
            }
        }

        rewriting.Freeze();
    }

    private static ConstantVersion Version(Cut cut, GraphTensor tensor)
    {
        List<int>[] kept = [.. Enumerable.Range(0, tensor.Rank).Select(axis => cut.Kept(tensor, axis))];
        return new(string.Join(';', kept.Select(k => string.Join(',', k))), name => CutTensor.Of(cut.Graph.Model, tensor, name, kept));
    }
}
