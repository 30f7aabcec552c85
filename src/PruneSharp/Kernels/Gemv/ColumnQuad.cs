namespace PruneSharp.Kernels;

/// <summary>The bits of four columns.</summary>
/// <param name="Low">All four of 16 bits, or the first two of 32.</param>
/// <param name="High">The last two of 32 bits.</param>
internal readonly record struct ColumnQuad(ulong Low, ulong High);
