using System.Diagnostics.CodeAnalysis;

namespace PruneSharp.Torch.Onnx;

/// <summary>Every module under a root and the path by which state_dict names what it holds.</summary>
internal sealed class ModulePaths
{
    private readonly Dictionary<nn.Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly List<(string Path, nn.Module Module)> _all = [];

    /// <summary>Walks the modules from <paramref name="root"/> on, parents first; one that appears twice keeps its first path.</summary>
    public ModulePaths(nn.Module root) => Walk(root, "");

    /// <summary>The modules, parents first.</summary>
    public IReadOnlyList<(string Path, nn.Module Module)> All => _all;

    /// <summary>The path of a module; empty for the root.</summary>
    public bool TryGet(nn.Module module, [NotNullWhen(true)] out string? path) => _paths.TryGetValue(module, out path);

    /// <summary>The name of something in a module.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A module as errors name it.</summary>
    public static string Describe(string path, nn.Module module) => $"{(path.Length == 0 ? "the module itself" : path)} ({TypeName(module)})";

    /// <summary>A module's type as its source writes it.</summary>
    public static string TypeName(nn.Module module)
    {
        var type = module.GetType();
        string name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(a => a.Name))}>" : name;
    }

    private void Walk(nn.Module module, string path)
    {
        if (!_paths.TryAdd(module, path))
            return;
        _all.Add((path, module));
        foreach (var (name, child) in module.named_children())
            Walk(child, Join(path, name));
    }
}
