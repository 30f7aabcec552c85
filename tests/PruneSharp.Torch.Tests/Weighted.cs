using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>A user's module with a parameter in a field.</summary>
internal sealed class Weighted : nn.Module<Tensor, Tensor>
{
    public readonly Parameter weight;

    public Weighted(Tensor values)
        : base("Weighted")
    {
        weight = new Parameter(values);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input.mul(weight);
}
