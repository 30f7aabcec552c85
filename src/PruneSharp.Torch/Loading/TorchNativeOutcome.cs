namespace PruneSharp.Torch;

/// <summary>How loading TorchSharp's native library went.</summary>
public enum TorchNativeOutcome
{
    /// <summary>The system can load it as it is; nothing was done.</summary>
    NotNeeded,

    /// <summary>An adapted copy is loaded.</summary>
    Adapted,

    /// <summary>The environment variable <see cref="TorchNative.Switch"/> says to leave it alone.</summary>
    SwitchedOff,

    /// <summary>It is needed, and could not be done.</summary>
    Failed,
}
