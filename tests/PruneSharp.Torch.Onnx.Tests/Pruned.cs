using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Onnx.Tests;

/// <summary>The form of a pruned module: full values and mask in the registry, their product in the field.</summary>
internal static class Pruned
{
    /// <summary>Prunes every n-th weight and gives the mask.</summary>
    public static bool[] Apply(Linear module, int every)
    {
        var original = module.weight;
        bool[] mask = [.. Enumerable.Range(0, (int)original.numel()).Select(i => i % every != 0)];
        var registered = tensor([.. mask.Select(m => m ? 1f : 0f)], original.shape);
        module.register_parameter("weight_orig", new Parameter(original.detach().clone()));
        module.register_buffer("weight_mask", registered);
        var registry = typeof(nn.Module).GetField("_internal_params", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(module)!;
        registry.GetType().GetMethod("Remove", [typeof(string)])!.Invoke(registry, ["weight"]);
        typeof(Linear).GetField("_weight", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(module, new Parameter((original * registered).detach(), requires_grad: false));
        return mask;
    }
}
