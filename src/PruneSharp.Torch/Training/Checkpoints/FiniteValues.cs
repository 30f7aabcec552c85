using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>Tells whether a training has diverged.</summary>
internal static class FiniteValues
{
    /// <summary>Whether no value is NaN or infinite; true for integers and for no values at all.</summary>
    public static bool Are(Tensor values)
    {
        if (!values.is_floating_point() && !values.is_complex())
            return true;
        using var guard = no_grad();
        using var scope = NewDisposeScope();

        // One pass without a result of the tensor's size; a sum may overflow, then each value is looked at.
        return (!values.is_complex() && double.IsFinite(values.sum().to(float64).item<double>())) || values.isfinite().all().item<bool>();
    }
}
