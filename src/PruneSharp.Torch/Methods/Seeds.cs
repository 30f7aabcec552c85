using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Seeds for methods that were given none.</summary>
internal static class Seeds
{
    /// <summary>The next number of TorchSharp's generator.</summary>
    public static ulong Draw()
    {
        using var drawn = randint(0, long.MaxValue, 1, int64);
        return (ulong)drawn.item<long>();
    }
}
