using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Pruning of live TorchSharp modules with the names and the behaviour of PyTorch's <c>torch.nn.utils.prune</c>. A pruned parameter
/// <c>weight</c> becomes <c>weight_orig</c>, the same object as before, and gets a buffer <c>weight_mask</c> of ones and zeros; the module
/// computes with their product, gradients reach the original, and pruning again prunes what is left. Modules that compute in native code
/// (LSTM, Embedding, attention) have the zeros written into the parameter itself.
/// <para>
/// All decisions are those of <see cref="Selection"/>: exactly the amount, the lowest first, among equals the lowest flat index. A call
/// that throws has changed nothing. Threads may share a pruned module after <c>eval()</c> or without gradients, not in training.
/// </para>
/// <para>
/// A weight that modules share is masked for those that are pruned together, by <see cref="model(nn.Module, Plan, IReadOnlyCollection{Type}?)"/> or a
/// global method; pruned through one of them alone, the others compute with the whole weight. Weights must not change between a
/// forward and its backward: the graph would see the new product.
/// </para>
/// </summary>
public static partial class prune
{
    /// <summary>Prunes random entries of a parameter.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="amount">How many: a count, or a fraction of the entries that are still unpruned.</param>
    /// <param name="seed">Seed; null draws one from TorchSharp's generator, so that <c>torch.manual_seed</c> repeats it.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">The module has no such parameter, or the amount is more than there is.</exception>
    public static M random_unstructured<M>(M module, string name, Amount amount, ulong? seed = null)
        where M : nn.Module => Applied(module, name, new RandomUnstructured(amount, seed));

    /// <summary>Prunes the entries of a parameter with the lowest absolute value.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="amount">How many: a count, or a fraction of the entries that are still unpruned. 1 is one entry, 1.0 all.</param>
    /// <param name="importance_scores">Scores whose absolute values are ranked instead, of the parameter's shape.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">
    /// The module has no such parameter, the amount is more than there is, the scores have another shape, or a score is NaN.
    /// </exception>
    public static M l1_unstructured<M>(M module, string name, Amount amount, Tensor? importance_scores = null)
        where M : nn.Module => Applied(module, name, new L1Unstructured(amount), importance_scores);

    /// <summary>Prunes the entries of a parameter with the lowest square: the same as <see cref="l1_unstructured"/>.</summary>
    /// <inheritdoc cref="l1_unstructured"/>
    public static M l2_unstructured<M>(M module, string name, Amount amount, Tensor? importance_scores = null)
        where M : nn.Module => Applied(module, name, new L2Unstructured(amount), importance_scores);

    /// <summary>Prunes random channels of a parameter.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="amount">How many: a count, or a fraction of the channels that are not wholly pruned.</param>
    /// <param name="dim">Dimension whose channels are pruned: 0 = outputs, 1 = inputs; negative counts from the end.</param>
    /// <param name="seed">Seed; null draws one from TorchSharp's generator.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">The module has no such parameter or it no such dimension, or the amount is more than there is.</exception>
    public static M random_structured<M>(M module, string name, Amount amount, long dim, ulong? seed = null)
        where M : nn.Module => Applied(module, name, new RandomStructured(amount, dim, seed));

    /// <summary>Prunes the channels of a parameter with the lowest Ln norm.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="amount">How many: a count, or a fraction of the channels that are not wholly pruned.</param>
    /// <param name="n">Which norm: a number, 0, ±∞, <c>"fro"</c> or <c>"nuc"</c>.</param>
    /// <param name="dim">Dimension whose channels are pruned: 0 = outputs, 1 = inputs; negative counts from the end.</param>
    /// <param name="importance_scores">Scores whose norms are ranked instead, of the parameter's shape.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">
    /// The module has no such parameter or it no such dimension, the amount is more than there is, the scores have another shape, or a
    /// score is NaN.
    /// </exception>
    public static M ln_structured<M>(M module, string name, Amount amount, NormOrder n, long dim, Tensor? importance_scores = null)
        where M : nn.Module => Applied(module, name, new LnStructured(amount, n, dim), importance_scores);

    /// <summary>Prunes the channels of a parameter that are nearest to the geometric median of all.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="amount">How many: a count, or a fraction of the channels that are not wholly pruned.</param>
    /// <param name="dim">Dimension whose channels are pruned: 0 = filters.</param>
    /// <param name="importance_scores">Values whose distances are ranked instead, of the parameter's shape.</param>
    /// <inheritdoc cref="ln_structured" path="//returns|//exception"/>
    public static M fpgm_structured<M>(M module, string name, Amount amount, long dim = 0, Tensor? importance_scores = null)
        where M : nn.Module => Applied(module, name, new FPGMStructured(amount, dim), importance_scores);

    /// <summary>Keeps N of every M consecutive input channels of a parameter.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="n">Entries to keep in each group.</param>
    /// <param name="m">Size of a group.</param>
    /// <param name="importance_scores">Scores whose absolute values are ranked instead, of the parameter's shape.</param>
    /// <inheritdoc cref="l1_unstructured" path="//returns|//exception"/>
    public static M nm_structured<M>(M module, string name, int n, int m, Tensor? importance_scores = null)
        where M : nn.Module => Applied(module, name, new NMStructured(n, m), importance_scores);

    /// <summary>Prunes the blocks of a parameter with the lowest mean absolute value.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="amount">How many blocks: a count, or a fraction of those that are not wholly pruned.</param>
    /// <param name="rows">Outputs of a block.</param>
    /// <param name="columns">Flattened inputs of a block.</param>
    /// <param name="importance_scores">Scores whose absolute values are ranked instead, of the parameter's shape.</param>
    /// <inheritdoc cref="l1_unstructured" path="//returns|//exception"/>
    public static M block_structured<M>(M module, string name, Amount amount, int rows, int columns, Tensor? importance_scores = null)
        where M : nn.Module => Applied(module, name, new BlockStructured(amount, rows, columns), importance_scores);

    /// <summary>Prunes a parameter where a mask is 0, in addition to what is pruned already.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <param name="mask">1 = keep, 0 = pruned, of the parameter's shape.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">The module has no such parameter, or the mask another shape or other numbers.</exception>
    public static M custom_from_mask<M>(M module, string name, Tensor mask)
        where M : nn.Module => Applied(module, name, new CustomFromMask(mask));

    /// <summary>Gives a parameter a mask of ones: prepares a module for loading the state of a pruned one.</summary>
    /// <param name="module">The module that owns the parameter.</param>
    /// <param name="name">The parameter's name within the module, such as <c>weight</c>.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">The module has no such parameter.</exception>
    public static M identity<M>(M module, string name)
        where M : nn.Module => Applied(module, name, new Identity());

    private static M Applied<M>(M module, string name, BasePruningMethod method, Tensor? scores = null)
        where M : nn.Module
    {
        method.apply(module, name, scores);
        return module;
    }
}
