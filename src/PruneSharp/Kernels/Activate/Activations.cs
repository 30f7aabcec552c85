using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PruneSharp.Kernels;

/// <summary>Applies the activations in place.</summary>
internal static unsafe class Activations
{
    /// <summary>Applies one to every value.</summary>
    public static void Apply(Activation activation, Span<float> values)
    {
        switch (activation.Kind)
        {
            case ActivationKind.None:
                break;
            case ActivationKind.Clamp:
                Each<ClampFunction>(values, activation);
                break;
            case ActivationKind.LeakyRelu:
                Each<LeakyReluFunction>(values, activation);
                break;
            case ActivationKind.Sigmoid:
                Each<SigmoidFunction>(values, activation);
                break;
            case ActivationKind.HardSigmoid:
                Each<HardSigmoidFunction>(values, activation);
                break;
            case ActivationKind.HardSwish:
                Each<HardSwishFunction>(values, activation);
                break;
            case ActivationKind.Silu:
                Each<SiluFunction>(values, activation);
                break;
            case ActivationKind.Gelu:
                Each<GeluFunction>(values, activation);
                break;
            case ActivationKind.Tanh:
                Each<TanhFunction>(values, activation);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation.Kind, "The activation is not known.");
        }
    }

    // The rest goes through a whole vector too, so that a value gives the same bits wherever it lies.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Each<TFunction>(Span<float> values, Activation activation)
        where TFunction : struct, IVectorFunction
    {
        Vector256<float> a = Vector256.Create(activation.A);
        Vector256<float> b = Vector256.Create(activation.B);
        fixed (float* start = values)
        {
            int i = 0;
            for (; i + 8 <= values.Length; i += 8) TFunction.Apply(Vector256.Load(start + i), a, b).Store(start + i);
            if (i < values.Length) Rest<TFunction>(values[i..], a, b);
        }
    }

    // Apart, for its memory on the stack would cost every call a check.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rest<TFunction>(Span<float> values, Vector256<float> a, Vector256<float> b)
        where TFunction : struct, IVectorFunction
    {
        Span<float> rest = stackalloc float[Vector256<float>.Count];
        rest.Clear();
        values.CopyTo(rest);
        TFunction.Apply(Vector256.Create<float>(rest), a, b).CopyTo(rest);
        rest[..values.Length].CopyTo(values);
    }
}
