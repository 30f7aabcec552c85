using System.Reflection;

namespace PruneSharp.Torch.Onnx;

/// <summary>Every kind of module that can be exported.</summary>
internal static class ModuleRules
{
    private static readonly Dictionary<Type, ModuleRule> _rules = new[]
    {
        ContainerRules.All, LinearRules.All, ActivationRules.All, ConvolutionRules.All, NormalizationRules.All, PoolingRules.All, AdaptivePoolingRules.All,
        PaddingRules.All, ShapeRules.All, UpsampleRules.All, LookupRules.All, RecurrentRules.All, CellRules.All, AttentionRules.All,
    }.SelectMany(rules => rules).ToDictionary(rule => rule.Type);

    /// <summary>The rules, by the name of their module.</summary>
    public static IReadOnlyList<ModuleRule> All { get; } = [.. _rules.Values.OrderBy(rule => rule.Type.Name, StringComparer.Ordinal)];

    /// <summary>The rule for a module; null where there is none. A subclass with a forward method of its own is another module.</summary>
    public static ModuleRule? For(nn.Module module)
    {
        var type = module.GetType();
        for (var known = type; known is not null; known = known.BaseType)
            if (_rules.TryGetValue(known, out var rule))
                return known == type || Forward(type) == Forward(known) ? rule : null;
        return null;
    }

    private static Type? Forward(Type type) => type.GetMethod("forward", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [typeof(Tensor)])?.DeclaringType;
}
