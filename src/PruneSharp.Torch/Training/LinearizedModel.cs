using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>
/// A model that computes in float64 with the absolute values of its parameters, in evaluation mode, until this is disposed of. Parameters and
/// buffers stay the same objects: for the time being they refer to other native tensors, so that nothing is rounded and an optimizer that
/// knows them by object or handle finds what it knew.
/// </summary>
internal sealed class LinearizedModel : IDisposable
{
    private readonly List<(Tensor Own, Tensor Other)> _swapped = [];
    private readonly List<(nn.Module Module, bool IsTraining)> _modes;

    public LinearizedModel(nn.Module model)
    {
        _modes = [.. Functions.Modules(model).Select(m => (m.Module, m.Module.training))];
        try
        {
            foreach (var parameter in model.parameters().Distinct<Tensor>(ReferenceEqualityComparer.Instance))
                Swap(parameter, isAbsolute: true);
            foreach (var buffer in model.buffers().Distinct<Tensor>(ReferenceEqualityComparer.Instance))
                Swap(buffer, isAbsolute: false);
            model.eval();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Everything as it was.</summary>
    public void Dispose()
    {
        foreach (var (own, other) in _swapped)
        {
            (Handle(own), Handle(other)) = (Handle(other), Handle(own));
            other.Dispose();
        }

        _swapped.Clear();
        foreach (var (module, isTraining) in _modes)
            module.train(isTraining);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref nint Handle(Tensor tensor);

    // The scope of whoever disposes first must not take the model's own tensor with it.
    private void Swap(Tensor own, bool isAbsolute)
    {
        if (!own.is_floating_point())
            return;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var values = own.detach().to(float64, copy: true);
        var other = (isAbsolute ? values.abs() : values).DetachFromDisposeScope();
        other.requires_grad_(isAbsolute);
        (Handle(own), Handle(other)) = (Handle(other), Handle(own));
        _swapped.Add((own, other));
    }
}
