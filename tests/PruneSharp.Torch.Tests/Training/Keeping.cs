namespace PruneSharp.Torch.Tests;

/// <summary>A user's method: trains pruned weights on, and ranks by a running mean of what it saw.</summary>
internal sealed record Keeping : TrainingMethod
{
    public override string Name => "keeping";

    public double Decay { get; init; } = 0.9;

    public override PrunedWeights PrunedWeights => PrunedWeights.Trained;

    protected internal override void Update(SparseTraining training)
    {
        foreach (var layer in training.Layers)
        {
            var now = layer.Dense!.abs();
            layer.Keep("mean", layer.State.TryGetValue("mean", out var mean) ? mean * Decay + now * (1 - Decay) : now.clone());
        }

        if (training.IsUpdate)
            training.Prune(layer => layer.State["mean"]);
    }
}
