using System.Reflection;

namespace PruneSharp.Torch.Onnx;

/// <summary>
/// What a module computes with. Where pruning put <c>NAME_orig</c> and <c>NAME_mask</c> in the place of NAME, that is their product, as
/// the next forward pass would make it.
/// </summary>
internal static class EffectiveTensor
{
    /// <summary>Ends the name of a pruned tensor's full values.</summary>
    public const string Original = "_orig";

    /// <summary>Ends the name of a pruned tensor's mask.</summary>
    public const string Mask = "_mask";

    /// <summary>A tensor of the module by its plain name, such as <c>weight</c>; null where the module has none. The caller disposes a product.</summary>
    public static Tensor? Of(nn.Module module, string name)
    {
        if (Pruned(module, name) is var (original, mask))
        {
            using var _ = no_grad();
            return original * mask;
        }

        return (Tensor?)module.get_parameter(name) ?? module.get_buffer(name) ?? Field(module, name);
    }

    /// <summary>The tensor that keeps the values of a plain name: of a pruned one its full values.</summary>
    public static Tensor Kept(nn.Module module, string name) => Pruned(module, name)?.Original ?? Of(module, name)!;

    /// <summary>Copies values into a tensor. A pruned one keeps its mask, and the module computes with the product at once.</summary>
    public static void Set(nn.Module module, string name, Tensor values)
    {
        Kept(module, name).copy_(values);
        if (Pruned(module, name) is { } pruned)
            ((Tensor?)module.get_parameter(name) ?? Field(module, name))?.copy_(pruned.Original * pruned.Mask);
    }

    /// <summary>Plain names of all floating-point tensors that the module holds itself, in registration order.</summary>
    public static IEnumerable<string> Names(nn.Module module)
    {
        var own = module.named_parameters(recurse: false).Select(p => (p.name, Tensor: (Tensor)p.parameter))
            .Concat(module.named_buffers(recurse: false).Select(b => (b.name, Tensor: b.buffer)))
            .Where(t => t.Tensor.is_floating_point()).Select(t => t.name).ToList();
        var names = own.ToHashSet(StringComparer.Ordinal);
        foreach (string name in own)
        {
            if (name.EndsWith(Original, StringComparison.Ordinal) && names.Contains(Plain(name) + Mask))
                yield return Plain(name);
            else if (!(name.EndsWith(Mask, StringComparison.Ordinal) && names.Contains(name[..^Mask.Length] + Original)))
                yield return name;
        }
    }

    private static (Tensor Original, Tensor Mask)? Pruned(nn.Module module, string name) =>
        module.get_parameter(name + Original) is { } original && module.get_buffer(name + Mask) is { } mask ? (original, mask) : null;

    private static string Plain(string name) => name[..^Original.Length];

    private static Tensor? Field(nn.Module module, string name)
    {
        for (var type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
            if (type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).FirstOrDefault(f => f.ComponentName() == name) is { } field)
                return field.GetValue(module) as Tensor;
        return null;
    }
}
