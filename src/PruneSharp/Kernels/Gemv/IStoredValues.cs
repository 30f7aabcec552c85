using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>How one weight is stored: the loads a kernel needs. A weight is what a load gives times the scale of its row.</summary>
internal unsafe interface IStoredValues
{
    /// <summary>Bytes of a weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>What the row is divided by before it is stored, given its largest magnitude.</summary>
    static abstract float DivisorOf(float largest);

    /// <summary>What sums are multiplied by, given the same.</summary>
    static abstract float ScaleOf(float largest);

    /// <summary>Stores one weight that was divided.</summary>
    static abstract void Store(float value, byte* to);

    /// <summary>Loads one weight.</summary>
    static abstract float Load(byte* from);

    /// <summary>Loads four weights.</summary>
    static abstract Vector128<float> Load4(byte* from);

    /// <summary>Loads eight weights.</summary>
    static abstract Vector256<float> Load8(byte* from);
}
