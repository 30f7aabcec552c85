using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>Pruned layers.</summary>
internal static class Pruned
{
    /// <summary>Prunes every n-th weight and gives the mask.</summary>
    public static bool[] Apply(Linear module, int every)
    {
        bool[] mask = [.. Enumerable.Range(0, (int)module.weight.numel()).Select(i => i % every != 0)];
        prune.custom_from_mask(module, "weight", tensor([.. mask.Select(m => m ? 1f : 0f)], module.weight.shape));
        return mask;
    }
}
