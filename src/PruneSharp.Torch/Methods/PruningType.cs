namespace PruneSharp.Torch;

/// <summary>What a method ranks when a tensor is pruned again; PyTorch's <c>PRUNING_TYPE</c>.</summary>
public enum PruningType
{
    /// <summary>The entries that are still unpruned, as a vector.</summary>
    unstructured,

    /// <summary>The channels along <see cref="prune.BasePruningMethod.dim"/> that still have an unpruned entry.</summary>
    structured,

    /// <summary>The whole tensor; the method merges its mask with the default mask itself.</summary>
    global,
}
