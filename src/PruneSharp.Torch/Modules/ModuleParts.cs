using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace PruneSharp.Torch;

/// <summary>What a module keeps to itself: its own parameters and buffers by name, and the fields that hold parameters.</summary>
internal static class ModuleParts
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Own parameters, in the order of the state dictionary.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
    public static extern ref OrderedDict<string, Parameter> Parameters(nn.Module module);

    /// <summary>Own buffers and whether they are saved.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    public static extern ref OrderedDict<string, (Tensor, bool)> Buffers(nn.Module module);

    /// <summary>
    /// Registers what the module's fields hold, as a parent would do later: it must not happen once a field holds a masked weight, which
    /// would be taken for a parameter.
    /// </summary>
    public static void Register(nn.Module module) =>
        typeof(nn.Module).GetMethod("RegisterComponents", Own)!.Invoke(module, BindingFlags.DoNotWrapExceptions, null, null, null);

    /// <summary>The parameter of a name, the module's own and not a child's; null where there is none.</summary>
    public static Parameter? Find(nn.Module module, string name)
    {
        if (!Parameters(module).TryGetValue(name, out var own))
            return module is ParameterList or ParameterDict ? module.get_parameter(name) : null;
        return module is Embedding embedding && name == "weight" ? Registered(embedding, own) : own;
    }

    /// <summary>The module, once it and those below it have registered what they compute with.</summary>
    public static nn.Module Settled(nn.Module root)
    {
        foreach (var (_, module) in Functions.Modules(root))
            Find(module, "weight");
        return prune.refresh(root);
    }

    // Embedding_from_pretrained of TorchSharp 0.107 leaves the tensor that it replaced in the registry.
    private static Parameter Registered(Embedding embedding, Parameter registered)
    {
        if (embedding.weight is not { } used)
            return registered;
        used.DetachFromDisposeScope();
        using (DenseTensor? a = DenseTensor.Of(used), b = DenseTensor.Of(registered))
        {
            if (a is null || b is null || a.IsMemoryOf(b))
                return registered;
        }

        return Parameters(embedding)["weight"] = used;
    }

    /// <summary>Names of the module's own parameters.</summary>
    public static IReadOnlyList<string> Names(nn.Module module) => [.. module.named_parameters(recurse: false).Select(p => p.name)];

    /// <summary>Fields of the module that hold a parameter; none where it lives in native code or in a collection.</summary>
    public static IReadOnlyList<FieldInfo> FieldsOf(nn.Module module, Parameter parameter)
    {
        var fields = new List<FieldInfo>();
        for (var type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
            fields.AddRange(type.GetFields(Own).Where(f => typeof(Tensor).IsAssignableFrom(f.FieldType) && ReferenceEquals(f.GetValue(module), parameter)));
        return fields;
    }

    /// <summary>Whether the module computes in native code, which finds its parameters without their names.</summary>
    public static bool IsNative(nn.Module module) =>
        module.GetType().Assembly == typeof(nn.Module).Assembly && module is not (ParameterList or ParameterDict);

    /// <summary>Runs an action before each call of the module.</summary>
    /// <returns>What takes the action away again; null where a module of this kind is never called.</returns>
    public static Action? BeforeForward(nn.Module module, Action<nn.Module> action)
    {
        if (module.GetType().GetMethod("register_forward_pre_hook", [typeof(Action<nn.Module>)]) is not { } register)
            return null;
        object remover = register.Invoke(module, [action])!;
        var remove = remover.GetType().GetMethod("remove")!;
        return () => remove.Invoke(remover, null);
    }

    /// <summary>
    /// How a module of TorchSharp stores outputs, inputs and kernel positions in a weight: transposed convolutions as [in, out / groups,
    /// kernel …], all others as [out, in, kernel …].
    /// </summary>
    public static WeightLayout Layout(nn.Module module, string name, long[] shape)
    {
        if (module is not ConvolutionTranspose transposed || name != "weight")
            return WeightLayout.Plain(shape);
        long groups = transposed.groups;
        return new([groups, shape[0] / groups, .. shape[1..]], [0, 2], [1], Enumerable.Range(3, shape.Length - 2));
    }
}
