using System.Collections;
using System.Reflection;

namespace PruneSharp.Torch.Onnx;

/// <summary>Hooks that run around a module's forward.</summary>
internal static class ForwardHooks
{
    private static readonly string[] _fields = ["pre_hooks", "post_hooks", "module_pre_hooks", "module_post_hooks"];

    /// <summary>Whether there are any but that of pruning, whose effect is in the weights.</summary>
    public static bool Has(nn.Module module)
    {
        int count = _fields.Sum(name => Find(module.GetType(), name)?.GetValue(module) is ICollection hooks ? hooks.Count : 0);
        return count > (EffectiveTensor.Names(module).Any(name => prune.method_of(module, name) is not null) ? 1 : 0);
    }

    private static FieldInfo? Find(Type? type, string name)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is { } field)
                return field;
        }

        return null;
    }
}
