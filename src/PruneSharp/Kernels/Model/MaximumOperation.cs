namespace PruneSharp.Kernels;

/// <summary>The largest value of each window; the window is a convolution's, with as many channels out as in.</summary>
internal sealed record MaximumOperation(string Output, string Input, ConvShape Window) : RegionOperation(Output, [Input]);
