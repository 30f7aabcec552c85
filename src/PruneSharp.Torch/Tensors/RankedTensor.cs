using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// Values to rank, ready for the core: the tensor's own memory where it is contiguous on the CPU and of a float type, otherwise a copy that
/// is. Integers are widened to float64.
/// </summary>
internal sealed class RankedTensor : IDisposable
{
    private readonly Tensor _tensor;
    private readonly DenseTensor _dense;

    private RankedTensor(Tensor tensor, string name, WeightLayout layout)
    {
        _tensor = tensor;
        _dense = DenseTensor.Of(tensor) ?? throw new InvalidOperationException($"A contiguous tensor of {tensor.dtype} has no memory to read.");
        Weights = new(name, new TensorWeights(_dense), layout);
    }

    /// <summary>The values by name, for criteria and structures.</summary>
    public WeightTensor Weights { get; }

    /// <summary>Prepares a tensor.</summary>
    /// <param name="tensor">Values of any number type, on any device.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="layout">Which axes count outputs, inputs and kernel positions; null: [out, in, kernel …].</param>
    /// <exception cref="ArgumentException">The tensor is complex or of another type without an order.</exception>
    public static RankedTensor Of(Tensor tensor, string name, WeightLayout? layout = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var values = tensor.detach().cpu();
        if (ElementTypes.Of(values.dtype) is null)
            values = IsOrdered(values.dtype) ? values.to(float64) : throw new ArgumentException($"{name} is of type {values.dtype}, which cannot be ranked. Use real numbers.", nameof(tensor));
        return new(values.contiguous().DetachFromDisposeScope(), name, layout ?? WeightLayout.Plain(tensor.shape));
    }

    public void Dispose()
    {
        _dense.Dispose();
        _tensor.Dispose();
    }

    private static bool IsOrdered(ScalarType type) =>
        type is ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64;
}
