using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Finds the weights that a plan is about.</summary>
internal static class SparseLayers
{
    /// <summary>Each weight once, in the model's order.</summary>
    public static IReadOnlyList<SparseLayer> Of(nn.Module model, Targets targets, optim.Optimizer? optimizer)
    {
        ModuleParts.Settled(model);
        var layers = new List<SparseLayer>();
        foreach (var shared in ModelParameter.Chosen(model, targets, null).GroupBy(p => (object)p.Original, ReferenceEqualityComparer.Instance))
        {
            var first = shared.First();
            if (shared.FirstOrDefault(p => PrunedModule.Find(p.Module, p.Name) is not null) is { } pruned)
                throw new ArgumentException($"{pruned.Path} is pruned by {nameof(prune)} already, which masks it before every call. Make that permanent with {nameof(prune)}.{nameof(prune.remove)} first.", nameof(model));
            var weight = (Parameter)first.Original;
            layers.Add(new(first.Path, first.Module, weight, ModuleParts.Layout(first.Module, first.Name, weight.shape), optimizer is null ? null : OptimizerTensors.Of(optimizer, weight, first.Path), layers.Count));
        }

        return layers;
    }
}
