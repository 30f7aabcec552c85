using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Decisions over the weights of a whole model.</summary>
internal static class ModelPruning
{
    /// <summary>One method for each weight; those that modules share are decided once.</summary>
    public static List<PlannedPruning> Plan(IReadOnlyList<ModelParameter> parameters, Func<prune.BasePruningMethod> method)
    {
        var planned = new List<PlannedPruning>();
        foreach (var shared in Shared(parameters))
        {
            var first = PlannedPruning.Of(PruningTarget.Of(shared[0].Module, shared[0].Name, null), method());
            planned.Add(first);
            planned.AddRange(shared.Skip(1).Select(p => WithMask(p, first.Mask)));
        }

        return planned;
    }

    /// <summary>The masks of a plan; weights that are pruned already are its first choice.</summary>
    public static List<PlannedPruning> Plan(IReadOnlyList<ModelParameter> parameters, Plan plan)
    {
        var weights = Shared(parameters);
        var ranked = new List<RankedTensor>();
        try
        {
            foreach (var shared in weights)
                ranked.Add(Ranked(shared[0]));
            var masks = MaskPlanning.Masks(plan, [.. ranked.Select(r => r.Weights)], zerosFirst: true);
            return [.. weights.Zip(masks).SelectMany(x => Carried(x.First, x.Second))];
        }
        finally
        {
            ranked.ForEach(r => r.Dispose());
        }
    }

    private static List<ModelParameter[]> Shared(IReadOnlyList<ModelParameter> parameters) =>
        [.. parameters.GroupBy(p => (object)p.Original, ReferenceEqualityComparer.Instance).Select(group => group.ToArray())];

    private static RankedTensor Ranked(ModelParameter parameter)
    {
        PrunedModule.Find(parameter.Module, parameter.Name)?.Refresh(always: true);
        var values = parameter.Effective;
        return RankedTensor.Of(values, parameter.Path, ModuleParts.Layout(parameter.Module, parameter.Name, values.shape));
    }

    private static IEnumerable<PlannedPruning> Carried(ModelParameter[] shared, Mask mask)
    {
        using var scope = NewDisposeScope();
        var example = shared[0].Effective;
        var tensor = MaskTensor.Of(mask, example.shape, example.dtype, CPU);
        return [.. shared.Select(p => WithMask(p, tensor))];
    }

    private static PlannedPruning WithMask(ModelParameter parameter, Tensor mask) =>
        PlannedPruning.Of(PruningTarget.Of(parameter.Module, parameter.Name, null), new prune.CustomFromMask(mask.alias().DetachFromDisposeScope()));
}
