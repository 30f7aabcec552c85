using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PruneSharp.Kernels;

/// <summary>Turns eight rows of eight floats into eight columns.</summary>
internal static unsafe class Transpose
{
    /// <summary>Whether this machine can.</summary>
    public static bool IsSupported => Avx.IsSupported;

    /// <summary>to[j * toStep + i] = (from + offsets[i])[j] for i and j below 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather(float* from, int* offsets, float* to, nint toStep)
    {
        Vector256<float> a = Vector256.Load(from + offsets[0]), b = Vector256.Load(from + offsets[1]), c = Vector256.Load(from + offsets[2]), d = Vector256.Load(from + offsets[3]);
        Vector256<float> e = Vector256.Load(from + offsets[4]), f = Vector256.Load(from + offsets[5]), g = Vector256.Load(from + offsets[6]), h = Vector256.Load(from + offsets[7]);
        Turn(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        a.Store(to);
        b.Store(to + toStep);
        c.Store(to + (2 * toStep));
        d.Store(to + (3 * toStep));
        to += 4 * toStep;
        e.Store(to);
        f.Store(to + toStep);
        g.Store(to + (2 * toStep));
        h.Store(to + (3 * toStep));
    }

    /// <summary>(to + offsets[i])[j] = from[j * fromStep + i] for i and j below 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(float* from, nint fromStep, float* to, int* offsets)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + fromStep), c = Vector256.Load(from + (2 * fromStep)), d = Vector256.Load(from + (3 * fromStep));
        from += 4 * fromStep;
        Vector256<float> e = Vector256.Load(from), f = Vector256.Load(from + fromStep), g = Vector256.Load(from + (2 * fromStep)), h = Vector256.Load(from + (3 * fromStep));
        Turn(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        a.Store(to + offsets[0]);
        b.Store(to + offsets[1]);
        c.Store(to + offsets[2]);
        d.Store(to + offsets[3]);
        e.Store(to + offsets[4]);
        f.Store(to + offsets[5]);
        g.Store(to + offsets[6]);
        h.Store(to + offsets[7]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        ref Vector256<float> a,
        ref Vector256<float> b,
        ref Vector256<float> c,
        ref Vector256<float> d,
        ref Vector256<float> e,
        ref Vector256<float> f,
        ref Vector256<float> g,
        ref Vector256<float> h)
    {
        Vector256<float> ab = Avx.UnpackLow(a, b), ab2 = Avx.UnpackHigh(a, b), cd = Avx.UnpackLow(c, d), cd2 = Avx.UnpackHigh(c, d);
        Vector256<float> ef = Avx.UnpackLow(e, f), ef2 = Avx.UnpackHigh(e, f), gh = Avx.UnpackLow(g, h), gh2 = Avx.UnpackHigh(g, h);
        Vector256<float> low0 = Avx.Shuffle(ab, cd, 0x44), low1 = Avx.Shuffle(ab, cd, 0xEE), low2 = Avx.Shuffle(ab2, cd2, 0x44), low3 = Avx.Shuffle(ab2, cd2, 0xEE);
        Vector256<float> high0 = Avx.Shuffle(ef, gh, 0x44), high1 = Avx.Shuffle(ef, gh, 0xEE), high2 = Avx.Shuffle(ef2, gh2, 0x44), high3 = Avx.Shuffle(ef2, gh2, 0xEE);
        a = Avx.Permute2x128(low0, high0, 0x20);
        b = Avx.Permute2x128(low1, high1, 0x20);
        c = Avx.Permute2x128(low2, high2, 0x20);
        d = Avx.Permute2x128(low3, high3, 0x20);
        e = Avx.Permute2x128(low0, high0, 0x31);
        f = Avx.Permute2x128(low1, high1, 0x31);
        g = Avx.Permute2x128(low2, high2, 0x31);
        h = Avx.Permute2x128(low3, high3, 0x31);
    }
}
