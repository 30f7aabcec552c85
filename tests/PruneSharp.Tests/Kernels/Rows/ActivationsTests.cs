using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class ActivationsTests
{
    public static TheoryData<string> Names => ["None", "Clamp", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Silu", "Gelu", "Tanh"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_at_every_length_gives_the_defined_values_and_the_same_bits(string name)
    {
        (Activation activation, Func<double, double> function) = Of(name);
        float[] values = [.. Enumerable.Range(-60, 121).Select(i => i / 5f), -100, 100, -0f, 1e-30f];
        float[] whole = [.. values];
        Activations.Apply(activation, whole);
        for (int i = 0; i < values.Length; i++) Assert.Equal(function(values[i]), whole[i], 1e-6 * Math.Max(1, Math.Abs(values[i])));
        for (int length = 0; length <= 33; length++)
        {
            using GuardedFloats part = new(length, atEnd: true);
            values.AsSpan(20, length).CopyTo(part.Span);
            Activations.Apply(activation, part.Span);
            Assert.Equal(whole.AsSpan(20, length).ToArray().Select(BitConverter.SingleToInt32Bits), part.Span.ToArray().Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_keeps_NaN(string name)
    {
        float[] values = [1, float.NaN, 2, 3, 4, 5, 6, 7, 8, float.NaN];
        Activations.Apply(Of(name).Activation, values);
        Assert.Equal([1, 9], Enumerable.Range(0, 10).Where(i => float.IsNaN(values[i])));
    }

    private static (Activation Activation, Func<double, double> Function) Of(string name) => name switch
    {
        "None" => (default, x => x),
        "Clamp" => (Activation.Clamp(-0.5f, 6), x => Math.Clamp(x, -0.5, 6)),
        "LeakyRelu" => (new Activation(ActivationKind.LeakyRelu, 0.1f), x => x < 0 ? 0.1f * x : x),
        "Sigmoid" => (new Activation(ActivationKind.Sigmoid), ReferenceFunctions.Sigmoid),
        "HardSigmoid" => (new Activation(ActivationKind.HardSigmoid, 0.25f, 0.75f), x => ReferenceFunctions.HardSigmoid(x, 0.25, 0.75)),
        "HardSwish" => (new Activation(ActivationKind.HardSwish), x => x * ReferenceFunctions.HardSigmoid(x, 1.0 / 6, 0.5)),
        "Silu" => (new Activation(ActivationKind.Silu), x => x * ReferenceFunctions.Sigmoid(x)),
        "Gelu" => (new Activation(ActivationKind.Gelu), ReferenceFunctions.Gelu),
        _ => (new Activation(ActivationKind.Tanh), Math.Tanh),
    };
}
