using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Lets go of a tensor that someone else may still be using: the collector frees it, and is told how much memory waits for it.
/// </summary>
internal sealed class Retired
{
    private readonly long _bytes;

    private Retired(long bytes)
    {
        _bytes = bytes;
        GC.AddMemoryPressure(bytes);
    }

    ~Retired() => GC.RemoveMemoryPressure(_bytes);

    /// <summary>Lets go of a tensor; disposed ones are ignored.</summary>
    public static void Leave(Tensor tensor)
    {
        if (!tensor.IsInvalid && tensor.numel() * tensor.element_size() is var bytes and > 0)
            _ = new Retired(bytes);
    }
}
