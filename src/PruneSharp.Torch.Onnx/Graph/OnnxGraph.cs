using PruneSharp.Onnx.Proto;

namespace PruneSharp.Torch.Onnx;

/// <summary>
/// The graph that an export builds. Modules that implement <see cref="IOnnxExportable"/> add their operators to it; weights come in under
/// their state_dict names, and values and nodes get names that start with the module's path.
/// </summary>
public sealed partial class OnnxGraph
{
    // An ONNX file has 2 GiB at most; nodes and names take little beside the weights.
    private const long MostBytes = int.MaxValue - (64 << 20);

    private readonly ModulePaths _paths;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _places = new(StringComparer.Ordinal);
    private readonly Stack<(string Path, nn.Module Module)> _open = new();
    private readonly Dictionary<string, nn.Module> _modules = [];
    private readonly List<Tensor> _kept = [];
    private long _bytes;

    internal OnnxGraph(nn.Module root)
    {
        _paths = new(root);
        Root = root;
    }

    internal nn.Module Root { get; }

    internal GraphProto Proto { get; } = new();

    /// <summary>Path of the module that is being exported, such as <c>layer1.0.conv</c>; empty for the outermost.</summary>
    public string Path => _open.TryPeek(out var open) ? open.Path : "";

    private nn.Module Module => _open.Peek().Module;

    /// <summary>Adds a submodule of the module that is being exported, and what it makes of one input.</summary>
    /// <param name="module">The submodule.</param>
    /// <param name="input">Its input.</param>
    /// <exception cref="NotSupportedException">The module, or something in it, cannot be exported; or it has several outputs.</exception>
    public OnnxValue Export(nn.Module module, OnnxValue input) => Export(module, [input]) is [var output]
        ? output
        : throw new NotSupportedException($"{Describe(module)} has several outputs. Call Export(module, inputs) with a list of inputs, which gives a list of outputs.");

    /// <summary>Adds a submodule of the module that is being exported, and what it makes of its inputs.</summary>
    /// <param name="module">The submodule.</param>
    /// <param name="inputs">Its inputs, in the order of its forward method.</param>
    /// <returns>Its outputs; a tuple gives several.</returns>
    /// <exception cref="NotSupportedException">The module, or something in it, cannot be exported.</exception>
    public IReadOnlyList<OnnxValue> Export(nn.Module module, IReadOnlyList<OnnxValue> inputs)
    {
        if (!_paths.TryGet(module, out string? path))
            throw new NotSupportedException($"{ModulePaths.Describe(Path, Module)} uses a {ModulePaths.TypeName(module)} that is none of its submodules, so its state has no names. Keep it in a field, and call RegisterComponents() or register_module.");
        if (_open.Any(o => o.Module == module))
            throw new NotSupportedException($"{ModulePaths.Describe(path, module)} exports itself inside its own Export method.");
        if (!_modules.TryAdd(path, module) && _modules[path] != module)
            throw new NotSupportedException($"Two modules are named {path}, so their weights would have the same names. Name them apart.");
        if (ForwardHooks.Has(module))
            throw new NotSupportedException($"{ModulePaths.Describe(path, module)} has forward hooks, which cannot be read. Remove them, or export what they do by {nameof(IOnnxExportable)}.");
        _open.Push((path, module));
        try
        {
            return module is IOnnxExportable own ? own.Export(this, inputs) : (ModuleRules.For(module) ?? throw UnknownModules.Error(Root)).Export(this, module, inputs);
        }
        finally
        {
            _open.Pop();
        }
    }

    /// <summary>
    /// A parameter or buffer of the module that is being exported, as an initializer under its state_dict name; of a pruned one what the
    /// module computes with. Null where the module has none of that name.
    /// </summary>
    /// <param name="name">The name inside the module, such as <c>weight</c>.</param>
    public OnnxValue? Parameter(string name) =>
        _weights.TryGetValue(ModulePaths.Join(Path, name), out var known) ? known : EffectiveTensor.Of(Module, name) is { } tensor ? Weight(name, tensor) : null;

    /// <summary>An initializer of the module that is being exported. Tensors that share their memory become one initializer under the first name.</summary>
    /// <param name="name">The name inside the module.</param>
    /// <param name="tensor">Its values, copied.</param>
    /// <exception cref="NotSupportedException">
    /// ONNX Runtime does not compute with the tensor's type, the name has other values already, or all initializers together have 2 GiB or more.
    /// </exception>
    public OnnxValue Weight(string name, Tensor tensor)
    {
        string full = ModulePaths.Join(Path, name);
        if (_weights.TryGetValue(full, out var known))
            return Same(known, tensor) ? known : throw Unsupported($"it adds {full} twice, with different values. Give each initializer a name of its own.");
        string? place = TensorBytes.Place(tensor);
        if (place is not null && _places.TryGetValue(place, out var shared))
            return _weights[full] = shared;
        if (!_names.Add(full))
            throw new NotSupportedException($"The name {full} is taken by an input; give the input another name.");
        _bytes += tensor.numel() * tensor.element_size();
        if (_bytes > MostBytes)
            throw new NotSupportedException($"With {full} the model's weights have {_bytes} bytes; an ONNX file holds 2 GiB at most. Export its parts to files of their own, or convert it to Float16.");
        var value = Initialize(TensorBytes.Initializer(full, tensor), tensor.dtype);
        if (place is not null)
        {
            // Memory that could be freed and used again would make another tensor look like this one.
            _kept.Add(tensor.detach().DetachFromDisposeScope());
            _places[place] = value;
        }

        return _weights[full] = value;
    }

    /// <summary>Lets go of the tensors; the graph stays.</summary>
    internal void Release() => _kept.ForEach(t => t.Dispose());

    /// <summary>An error about the module that is being exported.</summary>
    /// <summary>A value, if its axis is as long as the module needs or of unknown length.</summary>
    /// <exception cref="NotSupportedException">It has another length.</exception>
    internal OnnxValue Checked(OnnxValue value, int axis, long length, string what) => value.Shape[axis] is { } actual && actual != length
        ? throw Unsupported($"its input has shape [{string.Join(", ", value.Shape.Select(d => d?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"))}]; axis {axis} must be {length} {what}.")
        : value;

    internal NotSupportedException Unsupported(string problem) => new($"{ModulePaths.Describe(Path, Module)}: {problem}");

    /// <summary>A name that nothing has yet, from the module's path and a word.</summary>
    internal string Unique(string word)
    {
        string start = Path.Length == 0 ? $"/{word}" : $"/{Path}/{word}", name = start;
        for (int i = 1; !_names.Add(name); i++)
            name = FormattableString.Invariant($"{start}_{i}");
        return name;
    }

    internal bool Reserve(string name) => _names.Add(name);

    internal OnnxValue Initialize(TensorProto proto, ScalarType type)
    {
        Proto.Initializer.Add(proto);
        return new(proto.Name, type, [.. proto.Dims.Select(d => (long?)d)]);
    }

    private bool Same(OnnxValue known, Tensor tensor) =>
        known.Type == tensor.dtype && known.Shape.SequenceEqual(tensor.shape.Select(d => (long?)d)) && Proto.Initializer.First(i => i.Name == known.Name).RawData.Span.SequenceEqual(TensorBytes.Of(tensor));

    private string Describe(nn.Module module) => ModulePaths.Describe(_paths.TryGet(module, out string? path) ? path : "?", module);
}
