using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <content>Whole models.</content>
public static partial class prune
{
    /// <summary>
    /// Prunes weights of a model by one method each: those with at least two dimensions, chosen by name and module type. A weight that
    /// several modules share is decided once, and all of them get its mask.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="pruning_method">Makes a method for each weight, such as <c>() => new L1Unstructured(0.5)</c>.</param>
    /// <param name="targets">Which weights, by patterns of layer or parameter names and by size; null = all.</param>
    /// <param name="types">Only weights of modules of these types; null = of all.</param>
    /// <returns>The sparsity of all parameters of the model, afterwards.</returns>
    /// <exception cref="ArgumentException">Nothing is chosen, a pattern matches nothing, or a weight cannot be pruned. Nothing is changed then.</exception>
    public static IReadOnlyList<TensorSparsity> model(nn.Module module, Func<BasePruningMethod> pruning_method, Targets? targets = null, IReadOnlyCollection<Type>? types = null)
    {
        ModelPruning.Plan(ModelParameter.Chosen(module, targets ?? new(), types), pruning_method).ForEach(planned => planned.Commit());
        return sparsity(module);
    }

    /// <summary>
    /// Prunes weights of a model to the sparsity that a plan says, with its criterion, structure and allocation: those with at least two
    /// dimensions that the plan's targets choose. As for files, an amount counts all weights and those that are zero already go first, so
    /// the same plan a second time changes nothing.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="plan">What to prune and how; names are those of the state dictionary before pruning.</param>
    /// <param name="types">Only weights of modules of these types; null = of all.</param>
    /// <returns>The sparsity of all parameters of the model, afterwards.</returns>
    /// <exception cref="InvalidPlanException">The plan has problems.</exception>
    /// <exception cref="ArgumentException">Nothing is chosen, a pattern matches nothing, or a weight cannot be pruned. Nothing is changed then.</exception>
    public static IReadOnlyList<TensorSparsity> model(nn.Module module, Plan plan, IReadOnlyCollection<Type>? types = null)
    {
        ModelPruning.Plan(ModelParameter.Chosen(module, plan.Targets, types), plan).ForEach(planned => planned.Commit());
        return sparsity(module);
    }

    /// <summary>How much of each parameter of a model is zero, in the order of its modules.</summary>
    public static IReadOnlyList<TensorSparsity> sparsity(nn.Module module)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return [.. ModelParameter.Of(module).Select(p =>
        {
            PrunedModule.Find(p.Module, p.Name)?.Refresh(always: true);
            var values = p.Effective.detach();
            return new TensorSparsity(p.Path, p.Module.GetType().Name, values.shape, values.numel(), values.numel() - values.count_nonzero().item<long>(), PrunedModule.Find(p.Module, p.Name) is not null);
        })];
    }

    /// <summary>
    /// A copy of a model with its pruning: a new module with the same weights, masks and methods, which shares nothing with the first.
    /// TorchSharp cannot copy modules, so the caller creates the new one.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="create">Creates a module of the same architecture, such as <c>() => new Net()</c>; its weights do not matter.</param>
    /// <returns>The new module, of the same type, device and mode.</returns>
    /// <exception cref="ArgumentException">What was created has other parameters or is the module itself.</exception>
    public static M copy<M>(M module, Func<M> create)
        where M : nn.Module => ModelCopy.Of(module, create);

    /// <summary>
    /// A table of a model's layers: kind, output shape, parameters, how many of them are left, and multiplications.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="input">
    /// An example to run once in evaluation mode without gradients, for output shapes and multiplications; null leaves them out.
    /// </param>
    public static ModelSummary summary(nn.Module<Tensor, Tensor> module, Tensor? input = null) => LayerTrace.Summarize(module, input);

    /// <summary>A table of a model's layers, for an input of zeros.</summary>
    /// <param name="module">The model.</param>
    /// <param name="input_shape">Shape of the input, batch included, such as [1, 3, 224, 224].</param>
    public static ModelSummary summary(nn.Module<Tensor, Tensor> module, params long[] input_shape)
    {
        var example = module.parameters().FirstOrDefault();
        using var input = example is null ? zeros(input_shape) : zeros(input_shape, example.dtype, example.device);
        return summary(module, input);
    }
}
