using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>A function of one value, eight at a time; a type, so that the loop over it is compiled for each function.</summary>
internal interface IVectorFunction
{
    /// <summary>The function.</summary>
    /// <param name="x">The values.</param>
    /// <param name="a">The activation's first parameter.</param>
    /// <param name="b">The activation's second parameter.</param>
    static abstract Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b);
}
