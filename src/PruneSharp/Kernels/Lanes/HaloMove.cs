namespace PruneSharp.Kernels;

/// <summary>A vector to be made from another one of the same channel.</summary>
/// <param name="From">Floats from the start of the channel to the vector that is read.</param>
/// <param name="To">Floats from the start of the channel to the vector that is written.</param>
/// <param name="Pattern">Which of the patterns says what each lane takes.</param>
internal readonly record struct HaloMove(int From, int To, int Pattern);
