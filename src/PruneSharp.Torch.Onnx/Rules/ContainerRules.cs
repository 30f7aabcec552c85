using TorchSharp.Modules;

namespace PruneSharp.Torch.Onnx;

/// <summary>Modules that only pass their input on.</summary>
internal static class ContainerRules
{
    /// <summary>The rules.</summary>
    public static IEnumerable<ModuleRule> All =>
    [
        ModuleRule.Of<Sequential>("its modules, one after the other", (graph, module, x) => module.named_children().Aggregate(x, (value, child) => graph.Export(child.module, value))),
        Nothing<Identity>(),
        Nothing<Dropout>(),
        Nothing<Dropout1d>(),
        Nothing<Dropout2d>(),
        Nothing<Dropout3d>(),
        Nothing<AlphaDropout>(),
        Nothing<FeatureAlphaDropout>(),
    ];

    private static ModuleRule Nothing<T>()
        where T : nn.Module =>
        ModuleRule.Of<T>("nothing", (_, _, x) => x);
}
