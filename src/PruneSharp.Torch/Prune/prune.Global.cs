using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <content>One decision over several parameters.</content>
public static partial class prune
{
    /// <summary>
    /// Prunes several parameters together: their remaining entries are ranked as one list, in the order given, so that each layer loses what
    /// it can spare. Parameters may be on several devices. A weight that several modules share is ranked once, and all of them get its mask.
    /// </summary>
    /// <param name="parameters">Modules and the names of their parameters.</param>
    /// <param name="pruning_method">An unstructured method with the amount for all together, such as <c>new L1Unstructured(0.2)</c>.</param>
    /// <param name="importance_scores">Scores to rank instead, for some or all of the parameters, of their shapes.</param>
    /// <exception cref="ArgumentException">
    /// The list is empty or names a parameter twice, the method is not unstructured, scores are given for a parameter that is not in the
    /// list or have another shape, or any parameter cannot be pruned. Nothing is changed then.
    /// </exception>
    public static void global_unstructured(
        IEnumerable<(nn.Module module, string name)> parameters,
        BasePruningMethod pruning_method,
        IReadOnlyDictionary<(nn.Module module, string name), Tensor>? importance_scores = null) =>
        GlobalPruning.Plan([.. parameters], pruning_method, importance_scores).ForEach(planned => planned.Commit());

    /// <summary>Prunes the entries of lowest absolute value over several parameters together.</summary>
    /// <param name="parameters">Modules and the names of their parameters.</param>
    /// <param name="amount">How many: a count in total, or a fraction of all entries that are still unpruned.</param>
    /// <param name="importance_scores">Scores to rank instead, for some or all of the parameters, of their shapes.</param>
    /// <inheritdoc cref="global_unstructured(IEnumerable{ValueTuple{nn.Module, string}}, BasePruningMethod, IReadOnlyDictionary{ValueTuple{nn.Module, string}, Tensor}?)" path="//exception"/>
    public static void global_unstructured(
        IEnumerable<(nn.Module module, string name)> parameters,
        Amount amount,
        IReadOnlyDictionary<(nn.Module module, string name), Tensor>? importance_scores = null) =>
        global_unstructured(parameters, new L1Unstructured(amount), importance_scores);
}
