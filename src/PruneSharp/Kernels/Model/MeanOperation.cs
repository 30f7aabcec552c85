namespace PruneSharp.Kernels;

/// <summary>The mean of each plane: [channels, height, width] to [channels, 1, 1].</summary>
internal sealed record MeanOperation(string Output, string Input) : RegionOperation(Output, [Input]);
