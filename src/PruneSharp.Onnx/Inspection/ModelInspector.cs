namespace PruneSharp.Onnx;

/// <summary>Lists what a model offers for pruning.</summary>
public static class ModelInspector
{
    /// <summary>Reads a model and counts its weights, zeros and dead outputs.</summary>
    /// <param name="path">Path of an ONNX model.</param>
    /// <param name="targets">Which weights count as prunable; default those of <see cref="Recipe.Targets"/>.</param>
    /// <exception cref="InvalidModelException">The model is damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static InspectReport Inspect(string path, Targets? targets = null)
    {
        using var model = OnnxModel.Open(path);
        var plan = new Plan { Amount = 0.0, Targets = targets ?? Recipe.Targets };
        var (selected, skipped) = TargetSelection.Of(plan, ModelWeights.Of(model));
        var layers = selected.Select(Layer).ToList();
        long parameters = layers.Sum(l => l.Parameters), zeros = layers.Sum(l => l.Zeros);
        return new()
        {
            Model = path,
            Parameters = parameters,
            Zeros = zeros,
            Sparsity = parameters == 0 ? 0 : (double)zeros / parameters,
            InputBytes = model.TotalBytes,
            Layers = layers,
            Skipped = skipped,
        };
    }

    private static LayerReport Layer(ModelWeight weight)
    {
        long parameters = weight.Weights.Data.Length, zeros = ZeroCount.Of(weight.Weights.Data);
        long? outputs = weight.HasLayout ? weight.Weights.Layout.OutCount : null;
        long? dead = !weight.HasLayout || outputs > Array.MaxLength ? null : zeros == 0 ? 0 : DeadOutputs.Count(weight.Weights);
        return new(weight.Name, weight.Op, weight.Shape, parameters, zeros, (double)zeros / parameters, outputs, dead);
    }
}
