using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Whether what was made of a weight and its mask may be used once more without gradients. After a call with gradients an optimizer may step
/// at any time, and may move a few rows only, so the next calls are exact: what was made is made again. When several went by, the program
/// evaluates, and a <see cref="Fingerprint"/> decides.
/// </summary>
internal sealed class Freshness
{
    private const int ExactCalls = 8;

    private volatile Fingerprint? _madeFrom;
    private volatile int _exactCallsLeft;

    /// <summary>Notes that something was made.</summary>
    public void Computed(Parameter original, Tensor mask, bool withGradients)
    {
        int left = _exactCallsLeft;
        _exactCallsLeft = withGradients ? ExactCalls : Math.Max(0, left - 1);
        _madeFrom = withGradients || left > 1 ? null : Fingerprint.Of(original, mask);
    }

    /// <summary>Whether it is still right.</summary>
    public bool Holds(Parameter original, Tensor mask) => _madeFrom is { } from && from.StillHolds(original, mask);
}
