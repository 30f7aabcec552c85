using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Writes packed ONNX files as dense ones again.</summary>
public static class OnnxUnpacker
{
    private const int Chunk = 1 << 20;
    private const int InitializerField = 5;

    /// <summary>
    /// Writes <paramref name="output"/>: the input with every packed weight and sparse initializer as a dense initializer, and without the
    /// nodes that rebuild them. Everything else keeps its bytes. Weights come back with the bits that packing kept.
    /// </summary>
    /// <param name="input">Path of a packed model.</param>
    /// <param name="output">Path of the dense model.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <param name="cancellation">Stops the work; nothing is written then.</param>
    /// <exception cref="InvalidModelException">The model is damaged, or dense it would have more than 2 GiB.</exception>
    /// <exception cref="InvalidOperationException">Nothing in it is packed.</exception>
    /// <exception cref="IOException">The output exists, cannot be written, or the disk is full.</exception>
    public static UnpackReport Unpack(string input, string output, bool force = false, CancellationToken cancellation = default)
    {
        using var model = OnnxModel.Open(input);
        OutputFile.CheckFree(output, force, [input, .. model.ExternalFiles]);
        if (model.ExternalFiles.Count > 0 && Path.GetDirectoryName(Path.GetFullPath(input)) != Path.GetDirectoryName(Path.GetFullPath(output)))
            throw new IOException($"{input} keeps values in other files of its folder; unpack it into the same folder.");
        var weights = PackedModel.Read(model);
        if (weights.Count == 0)
            throw new InvalidOperationException($"{model.Name} holds no packed weights; there is nothing to unpack.");
        long bytes = model.Source.Length;
        foreach (var weight in weights)
            bytes = checked(bytes + weight.Data.Length * weight.Data.Type.Bytes());
        if (!Expansion.IsCredible(bytes, model.Source.Length))
            throw new InvalidModelException(model.Name, $"{model.Source.Length} bytes claim to hold {bytes}. The file is damaged or hostile.");
        if (bytes > int.MaxValue)
            throw new InvalidModelException(model.Name, $"unpacked, the model would have about {bytes} bytes; protobuf allows 2 GiB.");

        using var file = OutputFile.Create(output, force);
        WireSplice.Write(model.Source, Removals(model, weights).Concat(weights.Select(w => Addition(w, cancellation))), file.Stream);
        long written = file.Stream.Length;
        file.Commit();
        long external = model.TotalBytes - model.Source.Length;
        return new(1, "unpack", input, output, model.TotalBytes, written + external, [.. weights.Select(w => new UnpackedLayer(w.Name, w.Shape, w.Positions, w.Values))]);
    }

    private static WireEdit Addition(PackedWeight weight, CancellationToken cancellation)
    {
        var data = weight.Data;
        var header = new TensorProto { Name = weight.Name, DataType = (int)UnpackGraph.OnnxType(data.Type), Dims = { weight.Shape } };
        var tensor = new PayloadTensor(header, data.Length * data.Type.Bytes(), () => Pieces(data, cancellation));
        return new(weight.Graph, weight.Graph.Start, 0, tensor.FieldBytes, stream => tensor.Write(stream, InitializerField));
    }

    private static IEnumerable<byte[]> Pieces(WeightData data, CancellationToken cancellation)
    {
        for (long first = 0; first < data.Length; first += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(Chunk, data.Length - first);
            var buffer = new byte[count * data.Type.Bytes()];
            yield return data.Read(first, count, buffer).ToArray();
        }
    }

    // Nodes and constants that nothing else uses go; what a node outside of the groups reads stays, with all that it is made from.
    private static IEnumerable<WireEdit> Removals(OnnxModel model, IReadOnlyList<PackedWeight> weights)
    {
        var removed = weights.SelectMany(w => w.Nodes).ToHashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var names = weights.Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
        var used = model.Places.Keys.OfType<GraphProto>().SelectMany(g => g.Output).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in model.Places.Keys.OfType<NodeProto>().Where(n => !removed.Contains(n)))
            used.UnionWith(node.Input);
        used.ExceptWith(names);
        for (bool changed = true; changed;)
        {
            var kept = removed.Where(n => n.Output.Any(used.Contains)).ToList();
            changed = kept.Count > 0;
            foreach (var node in kept)
            {
                removed.Remove(node);
                used.UnionWith(node.Input);
            }
        }

        var gone = removed.SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal);
        var inputs = removed.SelectMany(n => n.Input).Except(used, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var graphs = weights.Select(w => w.Graph).ToHashSet<WireMessage>(ReferenceEqualityComparer.Instance);
        foreach (var (message, place) in model.Places)
        {
            bool goes = message switch
            {
                NodeProto node => removed.Contains(node),
                TensorProto tensor => graphs.Contains(place.Parent!) && inputs.Contains(tensor.Name),
                ValueInfoProto value => graphs.Contains(place.Parent!) && gone.Contains(value.Name) && !names.Contains(value.Name),
                SparseTensorProto sparse => weights.Any(w => w.Sparse == sparse),
                _ => false,
            };
            if (goes)
                yield return WireEdit.Removing(place);
        }
    }
}
