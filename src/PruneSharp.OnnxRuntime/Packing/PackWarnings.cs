using PruneSharp.Onnx;

namespace PruneSharp.OnnxRuntime;

/// <summary>What a user of a packed model should know.</summary>
internal static class PackWarnings
{
    // Fewer than this share of −0 are chance.
    private const double ManyNegativeZeros = 0.01;

    public static List<string> Of(PackPlan plan, PackOptions options)
    {
        var warnings = new List<string>();
        bool unpacks = plan.Layers.Any(l => l.Positions is not "dense" && !l.Positions.StartsWith("sparse", StringComparison.Ordinal));
        if (unpacks)
            warnings.Add("Graph optimisation must stay on when the packed model is loaded (it is by default): with ORT_DISABLE_ALL the weights are unpacked again at every run.");
        if (plan.NewOpset is { } opset)
            warnings.Add($"The opset was raised from {opset.Before} to {opset.After}, which has the unpacking operators; no operator of the model changed in between.");
        long parameters = plan.Layers.Sum(l => l.Parameters);
        if (options.Values.KeepsNegativeZeros && plan.NegativeZeros > parameters * ManyNegativeZeros)
            warnings.Add($"{plan.NegativeZeros} weights are -0, as a product with a mask leaves them, and are stored to keep every bit. With equal values they become 0 and need no room.");
        if (plan.Layers.Any(l => l.Positions == PositionEncoding.SparseInitializerInt32.Name))
            warnings.Add("Sparse initializers with INT32 indices are against the ONNX standard; ONNX Runtime reads them, others may not.");
        int packed = plan.Skipped.Count(s => s.Reason.StartsWith(ModelWeights.PackedReason, StringComparison.Ordinal));
        if (packed > 0)
            warnings.Add($"{packed} weights are packed already and stay as they are; unpack the model first to pack them in another way.");
        else if (plan.Layers.Count == 0)
            warnings.Add("No weight is selected, so nothing is packed.");
        else if (plan.Layers.All(l => l.Positions == "dense"))
            warnings.Add("No tensor gets smaller, so all of them stay as they are. Prune the model first.");
        return warnings;
    }
}
