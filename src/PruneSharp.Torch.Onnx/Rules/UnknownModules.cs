using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Finds the modules that nothing says how to export.</summary>
internal static class UnknownModules
{
    /// <summary>Refuses a module whose parts are certain to be used and not known.</summary>
    /// <exception cref="NotSupportedException">There are such parts; all are named.</exception>
    public static void Check(nn.Module root)
    {
        if (Find(root, "", certain: true).Any(u => u.Certain))
            throw Error(root);
    }

    /// <summary>The error that names every unknown module.</summary>
    public static NotSupportedException Error(nn.Module root)
    {
        var unknown = Find(root, "", certain: true).DistinctBy(u => u.Module, ReferenceEqualityComparer.Instance).ToList();
        string list = string.Join(", ", unknown.Select(u => ModulePaths.Describe(u.Path, u.Module)));
        return new($"{(unknown.Count == 1 ? "One module has" : $"{unknown.Count} modules have")} no ONNX form here: {list}. Implement {nameof(IOnnxExportable)} in {(unknown.Count == 1 ? "its class" : "their classes")}, or replace {(unknown.Count == 1 ? "it" : "them")} by modules that docs/export.md lists.");
    }

    // What a module with an Export method of its own does with its children is not known, so they are only doubtful.
    private static IEnumerable<(string Path, nn.Module Module, bool Certain)> Find(nn.Module module, string path, bool certain)
    {
        bool own = module is IOnnxExportable, list = IsList(module) && !certain;
        if (!own && !list && ModuleRules.For(module) is null)
            return [(path, module, certain)];
        return own || list || module is Sequential
            ? module.named_children().SelectMany(child => Find(child.module, ModulePaths.Join(path, child.name), certain && !own))
            : [];
    }

    private static bool IsList(nn.Module module) =>
        module.GetType() is { IsGenericType: true } type && (type.GetGenericTypeDefinition() == typeof(ModuleList<>) || type.GetGenericTypeDefinition() == typeof(ModuleDict<>));
}
