using System.Reflection;

namespace PruneSharp.Torch.Onnx;

/// <summary>
/// What a module computes with, by plain names: a pruned tensor, registered as <c>NAME_orig</c> and <c>NAME_mask</c>, as the next call of the
/// module would mask it.
/// </summary>
internal static class EffectiveTensor
{
    private const string Original = "_orig", Mask = "_mask";

    /// <summary>A tensor of the module by its plain name, such as <c>weight</c>; null where the module has none.</summary>
    public static Tensor? Of(nn.Module module, string name)
    {
        if (prune.method_of(module, name) is not null)
            return prune.effective(prune.refresh(module), name).detach();
        return module.get_parameter(name) is not null ? prune.effective(module, name) : module.get_buffer(name) ?? Field(module, name);
    }

    /// <summary>The tensor that keeps the values of a plain name: of a pruned one its full values.</summary>
    public static Tensor Kept(nn.Module module, string name) =>
        prune.method_of(module, name) is null ? Of(module, name)! : module.get_parameter(name + Original) ?? module.get_parameter(name)!;

    /// <summary>Copies values into a tensor. A pruned one keeps its mask, and the module computes with the product at once.</summary>
    public static void Set(nn.Module module, string name, Tensor values)
    {
        Kept(module, name).copy_(values);
        prune.refresh(module);
    }

    /// <summary>Plain names of all floating-point tensors that the module holds itself, in registration order.</summary>
    public static IEnumerable<string> Names(nn.Module module)
    {
        var own = module.named_parameters(recurse: false).Select(p => (p.name, Tensor: (Tensor)p.parameter))
            .Concat(module.named_buffers(recurse: false).Select(b => (b.name, Tensor: b.buffer)))
            .Where(t => t.Tensor.is_floating_point()).Select(t => t.name).ToList();
        foreach (string name in own)
        {
            if (name.EndsWith(Original, StringComparison.Ordinal) && prune.method_of(module, name[..^Original.Length]) is not null)
                yield return name[..^Original.Length];
            else if (!(name.EndsWith(Mask, StringComparison.Ordinal) && prune.method_of(module, name[..^Mask.Length]) is not null))
                yield return name;
        }
    }

    private static Tensor? Field(nn.Module module, string name)
    {
        for (var type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
            if (type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).FirstOrDefault(f => f.ComponentName() == name) is { } field)
                return field.GetValue(module) as Tensor;
        return null;
    }
}
