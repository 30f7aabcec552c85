using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>A module that nothing says how to export.</summary>
internal sealed class Mystery() : nn.Module<Tensor, Tensor>(nameof(Mystery))
{
    public override Tensor forward(Tensor input) => input.sin();
}
