namespace PruneSharp.Kernels;

/// <summary>output = input · gate, where the gate [channels, 1, 1] has one value for every channel.</summary>
internal sealed record ScaleOperation(string Output, string Input, string Gate) : RegionOperation(Output, [Input, Gate]);
