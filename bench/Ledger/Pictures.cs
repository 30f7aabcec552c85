using PruneSharp.Samples;
using TorchSharp;
using static TorchSharp.torch;

/// <summary>Pictures as tensors.</summary>
/// <param name="Images">Pixels 0 … 1, shape [pictures, 1, 28, 28].</param>
/// <param name="Labels">Classes 0 … 9.</param>
internal sealed record Pictures(Tensor Images, Tensor Labels)
{
    public static Pictures Of(FashionMnist data) =>
        new(tensor(data.Images, [data.Count, 1, 28, 28]), tensor(data.Labels.Select(l => (long)l).ToArray()));
}
