namespace PruneSharp.Torch;

/// <summary>A tensor whose shape in a file is not that in the module.</summary>
/// <param name="Name">Its name in the module's state_dict.</param>
/// <param name="FileShape">Dimensions in the file.</param>
/// <param name="ModuleShape">Dimensions in the module.</param>
public sealed record ReshapedTensor(string Name, IReadOnlyList<long> FileShape, IReadOnlyList<long> ModuleShape);
