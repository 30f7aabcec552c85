namespace PruneSharp;

/// <summary>
/// The careful defaults of the command line. They are not in <see cref="Allocation.Global"/> itself, which equals PyTorch's.
/// </summary>
public static class Recipe
{
    /// <summary>Tensors with fewer weights are left alone by default.</summary>
    public const long MinimumParameters = 128;

    /// <summary>
    /// The highest sparsity of a single layer: 0.9, or where the whole model loses more than 0.8, half way from that to 1. So a small
    /// layer whose weights happen to be small keeps a tenth of them, or half of the average density, and cannot be wiped out.
    /// </summary>
    /// <param name="sparsity">Fraction that the whole model loses.</param>
    public static double MaximumSparsity(double sparsity) => Math.Max(0.9, (1 + sparsity) / 2);

    /// <summary>Targets without embeddings and tiny tensors; first and last layers are in.</summary>
    public static Targets Targets { get; } = new() { Embeddings = false, MinimumParameters = MinimumParameters };
}
