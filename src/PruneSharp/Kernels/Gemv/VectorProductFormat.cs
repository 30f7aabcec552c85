namespace PruneSharp.Kernels;

/// <summary>How the non-zeros of a matrix are laid out for a product with one vector.</summary>
internal enum VectorProductFormat
{
    /// <summary>For any matrix: each non-zero has its column, <see cref="InterleavedProduct{TColumns, TValues}"/>.</summary>
    Interleaved,

    /// <summary>Eight rows share windows of eight columns, <see cref="WindowProduct{TValues}"/>. Needs AVX2, FMA, 8 inputs.</summary>
    Window,

    /// <summary>Four neighbouring rows share columns, <see cref="BlockProduct{TColumns, TValues}"/>; zeros fill gaps.</summary>
    Blocks4,

    /// <summary>Eight neighbouring rows share columns; zeros fill gaps.</summary>
    Blocks8,
}
