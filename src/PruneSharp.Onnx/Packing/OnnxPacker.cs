namespace PruneSharp.Onnx;

/// <summary>Writes packed ONNX files: the weights of a <see cref="PackPlan"/> stored sparse, and nodes that rebuild them when the model is loaded.</summary>
public static class OnnxPacker
{
    private const int LeastIr = 4;
    private const int LeastSparseIr = 6;

    /// <summary>
    /// Writes <paramref name="output"/>. Packed weights leave the input's initializers, Constant nodes and external data; external values of
    /// other tensors go to one new data file. Everything else keeps its bytes, but for the IR version (at least 4, which lets initializers
    /// stand without being graph inputs; 6 with sparse initializers) and an opset below 11.
    /// </summary>
    /// <param name="plan">What to pack.</param>
    /// <param name="output">Path of the packed model.</param>
    /// <param name="options">How.</param>
    /// <param name="check">Looks at the finished file under a temporary name and throws where it is not good; nothing appears then.</param>
    /// <returns>Bytes of the output with its external data.</returns>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    /// <exception cref="InvalidModelException">The packed model would have more than 2 GiB.</exception>
    public static long Write(PackPlan plan, string output, PackOptions options, Action<string>? check = null)
    {
        var model = plan.Model;
        OutputFile.CheckFree(output, options.Force, [model.Path, .. model.ExternalFiles]);
        var packed = plan.Weights.Where(w => w.Positions != PositionEncoding.Dense).ToList();
        var graphs = GraphPlaces.Of(model);
        using var external = new RemainingExternal(model, output, packed.Select(w => w.Weight.Weight.Stored));
        using var file = OutputFile.Create(output, options.Force);
        external.Write();
        var edits = Removals(graphs, packed).Concat(Additions(model, graphs, packed, options)).Concat(external.Edits()).Concat(Versions(plan, packed));
        WireSplice.Write(model.Source, edits, file.Stream);
        long bytes = file.Stream.Length;
        if (bytes > int.MaxValue)
            throw new InvalidModelException(model.Name, $"packed, the model would have {bytes} bytes; protobuf allows 2 GiB.");
        string temporary = file.Finish();
        check?.Invoke(temporary);
        options.Cancellation.ThrowIfCancellationRequested();
        file.Commit();
        external.Keep();
        return bytes + external.Bytes;
    }

    /// <summary>Names of initializers that callers may replace: since IR 4 those that are graph inputs too.</summary>
    internal static IReadOnlySet<string> Overridable(OnnxModel model) => model.Proto.IrVersion < LeastIr
        ? new HashSet<string>()
        : model.Proto.Graph.Input.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<WireEdit> Removals(GraphPlaces graphs, IEnumerable<PlannedWeight> packed)
    {
        foreach (var planned in packed)
            yield return WireEdit.Removing(graphs.Field(planned.Weight.Weight));
    }

    private static IEnumerable<WireEdit> Additions(OnnxModel model, GraphPlaces graphs, IEnumerable<PlannedWeight> packed, PackOptions options)
    {
        var names = ModelNames.Of(model);
        int next = 0;
        foreach (var graph in packed.GroupBy(w => graphs.Of(w.Weight.Weight)!.Value.Place))
        {
            var scope = new UnpackScope(names, next);
            foreach (var planned in graph)
                UnpackEmission.Add(scope, planned);
            next = scope.NextName;
            foreach (var edit in scope.Edits(graph.Key))
            {
                yield return edit with
                {
                    Write = stream =>
                    {
                        options.Cancellation.ThrowIfCancellationRequested();
                        edit.Write(stream);
                    },
                };
            }
        }
    }

    private static IEnumerable<WireEdit> Versions(PackPlan plan, IReadOnlyCollection<PlannedWeight> packed)
    {
        var model = plan.Model;
        if (packed.Count == 0)
            yield break;
        long needed = packed.Any(w => w.Positions.IsSparseInitializer) ? LeastSparseIr : LeastIr;

        // Before IR 4 every initializer had to be a graph input too; from then on that means that callers may give another.
        if (model.Proto.IrVersion < LeastIr)
        {
            var names = model.Proto.Graph.Initializer.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var input in model.Proto.Graph.Input.Where(i => names.Contains(i.Name)))
                yield return WireEdit.Removing(model.Places[input]);
        }

        // A field given twice has its last value.
        if (model.Proto.IrVersion < needed)
            yield return WireEdit.Of(model.Places[model.Proto], model.Source.Length, 0, [1 << 3, (byte)needed]);
        if (plan.RaisesOpset)
            foreach (var edit in plan.Opset.Edits(model))
                yield return edit;
    }
}
