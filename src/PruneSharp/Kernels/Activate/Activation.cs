namespace PruneSharp.Kernels;

/// <summary>A function applied to every sum of a layer.</summary>
/// <param name="Kind">Which.</param>
/// <param name="A">Lower bound of a clamp, slope of LeakyRelu, factor of HardSigmoid.</param>
/// <param name="B">Upper bound of a clamp, summand of HardSigmoid.</param>
internal readonly record struct Activation(ActivationKind Kind, float A = 0, float B = 0)
{
    /// <summary>max(0, x).</summary>
    public static Activation Relu => Clamp(0, float.PositiveInfinity);

    /// <summary>min(high, max(low, x)).</summary>
    public static Activation Clamp(float low, float high) => new(ActivationKind.Clamp, low, high);
}
