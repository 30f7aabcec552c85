using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>What a model offers for pruning, and what it does not and why.</summary>
public sealed class ModelWeights
{
    /// <summary>How the reason starts for weights that are packed.</summary>
    public const string PackedReason = "packed";

    private ModelWeights(IReadOnlyList<ModelWeight> prunable, IReadOnlyList<SkippedTensor> skipped)
    {
        Prunable = prunable;
        Skipped = skipped;
    }

    /// <summary>Weights and embedding tables in file order, each stored tensor once however many layers share it.</summary>
    public IReadOnlyList<ModelWeight> Prunable { get; }

    /// <summary>Every other constant with the reason.</summary>
    public IReadOnlyList<SkippedTensor> Skipped { get; }

    /// <summary>
    /// Finds the weights of Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU, RNN, Gather (embedding), Einsum and their fused forms wherever
    /// exporters put them: initializers (graph inputs or not), Constant nodes, sub-graphs, function arguments, behind Identity, Transpose,
    /// Reshape, Cast; inside the file or in external data.
    /// </summary>
    /// <exception cref="InvalidModelException">A weight's values do not fit its shape or lie outside their file.</exception>
    public static ModelWeights Of(OnnxModel model)
    {
        var prunable = new List<ModelWeight>();
        var skipped = new List<SkippedTensor>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var copies = new Dictionary<string, int>(StringComparer.Ordinal);
        var external = new ExternalRanges();
        var candidates = new List<(StoredTensor Tensor, string Name, string ValueName, IReadOnlyList<ConstantUse> Uses)>();
        var finder = new WeightFinder(model);
        foreach (var (tensor, given, valueName, uses) in finder.Find())
        {
            string name = given;
            while (!names.Add(name))
                name = $"{given}#{copies[given] = copies.GetValueOrDefault(given, 1) + 1}";
            if (Reason(model, tensor, uses) is not { } reason)
            {
                candidates.Add((tensor, name, valueName, uses));
                continue;
            }

            skipped.Add(new(name, reason));
        }

        // Every tensor of the file has a say in which external bytes may change, also those that no node uses.
        var weightNames = candidates.ToDictionary(c => c.Tensor, c => c.Name);
        foreach (var tensor in model.Tensors.Values.Where(t => t.IsExternal))
        {
            bool isWeight = weightNames.TryGetValue(tensor, out string? weight);
            if (TensorData.Bytes(model, tensor) is > 0 and var bytes)
                external.Add(model.External(tensor), bytes, tensor, weight ?? tensor.Proto.Name, isWeight);
        }

        var conflicts = external.Conflicts();
        var aliases = candidates.Where(c => conflicts.TryGetValue(c.Tensor, out var conflict) && conflict.Main is not null).ToLookup(c => conflicts[c.Tensor].Main!);
        foreach (var (tensor, name, valueName, uses) in candidates)
        {
            if (conflicts.TryGetValue(tensor, out var conflict))
            {
                skipped.Add(new(name, conflict.Reason));
                continue;
            }

            var data = TensorData.Of(model, tensor);
            var layout = uses.FirstOrDefault(u => u.Layout is not null)?.Layout;
            ConstantUse[] all = [.. uses, .. aliases[tensor].SelectMany(a => a.Uses)];
            prunable.Add(new(name, valueName, tensor, new(name, data, layout ?? WeightLayout.Plain(tensor.Proto.Dims)), layout is not null, all, [.. aliases[tensor].Select(a => a.Name)]));
        }

        skipped.AddRange(finder.SparseConstants.Distinct(StringComparer.Ordinal).Select(name => new SkippedTensor(name, "already stored as sparse_value")));
        foreach (var sparse in model.Proto.Graph.SparseInitializer)
            skipped.Add(new(sparse.Values?.Name ?? "sparse initializer", "already stored as sparse_initializer"));
        foreach (var node in model.Places.Keys.OfType<NodeProto>().Where(n => n.Name.StartsWith(UnpackGraph.Mark, StringComparison.Ordinal)))
            skipped.Add(new(node.Output.FirstOrDefault() ?? "", $"{PackedReason}; unpack the model first"));
        return new(prunable, skipped);
    }

    private static string? Reason(OnnxModel model, StoredTensor tensor, IReadOnlyList<ConstantUse> uses)
    {
        var weight = uses.FirstOrDefault(u => u.Kind != UseKind.Other);
        string users = uses.Count == 0 ? "not used" : string.Join(", ", uses.Select(u => u.Role).Distinct(StringComparer.Ordinal).Take(3));
        if (tensor.ElementType is null)
        {
            bool quantised = weight is not null || users.Contains("QLinear", StringComparison.Ordinal) || users.Contains("Integer", StringComparison.Ordinal) || users.Contains("NBits", StringComparison.Ordinal);
            return quantised
                ? $"quantised {tensor.TypeName} {users}; prune the float model before it is quantised"
                : $"{tensor.TypeName}, {users}";
        }

        if (weight is null)
            return users;
        return TensorData.Length(model, tensor) == 0 ? "empty" : null;
    }
}
