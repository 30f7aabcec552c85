namespace PruneSharp.Onnx;

/// <summary>What operators do with a class of slots.</summary>
[Flags]
internal enum SlotFlags : byte
{
    /// <summary>Nothing that matters.</summary>
    None = 0,

    /// <summary>Some operator sums over it, so that a zero in its place removes it.</summary>
    Contracted = 1,

    /// <summary>Some operator computes statistics over it (a mean, a largest value), which change when it is removed.</summary>
    Statistics = 2,

    /// <summary>A product of two values that both depend on the input has it: heads and head dimensions of attention.</summary>
    Attention = 4,
}
