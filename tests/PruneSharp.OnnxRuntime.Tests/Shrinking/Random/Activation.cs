namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>A value of a network that is being written. Its first axis counts the batch, which may be larger than this when the network runs.</summary>
internal sealed record Activation(string Name, params int[] Dims)
{
    public int this[Index axis] => Dims[axis];

    public int Rank => Dims.Length;

    /// <summary>The same dimensions but for one axis.</summary>
    public int[] With(int axis, int size) => [.. Dims.Select((dim, i) => i == axis ? size : dim)];
}
