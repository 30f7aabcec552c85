using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// A decision about one parameter that is not carried out yet: everything that can fail has been done, and the module is as it was.
/// </summary>
internal sealed class PlannedPruning
{
    private readonly PruningTarget _target;
    private readonly prune.BasePruningMethod _method;

    private PlannedPruning(PruningTarget target, prune.BasePruningMethod method, Tensor mask)
    {
        _target = target;
        _method = method;
        Mask = mask;
    }

    /// <summary>Computes the mask of a parameter.</summary>
    public static PlannedPruning Of(PruningTarget target, prune.BasePruningMethod method)
    {
        if (method is prune.PruningContainer)
            throw new ArgumentException("A container says what was applied to one parameter; apply one of its methods.", nameof(method));
        var (nameBefore, layoutBefore) = (method.tensor_name, method.layout);
        if (nameBefore is not null && nameBefore != target.Name)
            throw new ArgumentException($"This method object prunes '{nameBefore}' already; create one for each parameter name.", nameof(method));
        method.tensor_name = target.Name;
        method.layout = ModuleParts.Layout(target.Module, target.Name, target.Weights.shape);
        try
        {
            return new(target, method, Compute(target, method));
        }
        catch
        {
            (method.tensor_name, method.layout) = (nameBefore, layoutBefore);
            throw;
        }
    }

    /// <summary>The mask that the parameter will have.</summary>
    public Tensor Mask { get; }

    /// <summary>Carries it out.</summary>
    /// <returns>The method, or the container of all methods of the parameter.</returns>
    public prune.BasePruningMethod Commit()
    {
        var (module, name) = (_target.Module, _target.Name);
        if (_target.Pruned is { } pruned)
        {
            var before = pruned.Mask;
            if (pruned.Method is prune.PruningContainer container)
                container.add_pruning_method(_method);
            else
                pruned.Method = new prune.PruningContainer(pruned.Method, _method);
            pruned.Mask = Mask;
            pruned.Refresh(always: true);
            Retired.Leave(before);
            return pruned.Method;
        }

        var parameter = (Parameter)_target.Weights;
        ModuleParts.Register(module);
        var fields = ModuleParts.FieldsOf(module, parameter);
        PrunedModule.Add(module, fields.Count > 0 ? new FieldTensor(module, name, _method, fields, Mask) : new InPlaceTensor(module, name, _method, parameter, Mask));
        return _method;
    }

    private static Tensor Compute(PruningTarget target, prune.BasePruningMethod method)
    {
        using var normal = inference_mode(false);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor weights = target.Weights, ranked = target.Ranked.detach();
        var mask = target.Pruned is { } pruned ? prune.PruningContainer.Merge(method, ranked, pruned.Mask) : method.FreshMask(ranked, weights);
        prune.BasePruningMethod.CheckShape(mask, weights.shape, "The mask that the method computed");
        if (method.GetType().Assembly != typeof(prune).Assembly)
            MaskTensor.CheckBinary(mask, "The computed mask");
        mask = mask.ToLike(weights);
        if (!weights.is_contiguous() || !mask.is_contiguous())
            mask = MaskTensor.LaidOutAs(mask, weights);
        return mask.DetachFromDisposeScope();
    }
}
