namespace PruneSharp.Torch.Onnx;

/// <summary>How one kind of module becomes ONNX operators.</summary>
internal sealed class ModuleRule
{
    private readonly Func<OnnxGraph, nn.Module, IReadOnlyList<OnnxValue>, IReadOnlyList<OnnxValue>> _export;
    private readonly int _least;
    private readonly int _most;

    private ModuleRule(Type type, string operators, int least, int most, Func<OnnxGraph, nn.Module, IReadOnlyList<OnnxValue>, IReadOnlyList<OnnxValue>> export)
    {
        Type = type;
        Operators = operators;
        _least = least;
        _most = most;
        _export = export;
    }

    /// <summary>The module's class.</summary>
    public Type Type { get; }

    /// <summary>The operators that it becomes, as the documentation names them.</summary>
    public string Operators { get; }

    /// <summary>A rule for modules of one input and one output.</summary>
    public static ModuleRule Of<T>(string operators, Func<OnnxGraph, T, OnnxValue, OnnxValue> export)
        where T : nn.Module =>
        new(typeof(T), operators, 1, 1, (graph, module, inputs) => [export(graph, (T)module, inputs[0])]);

    /// <summary>A rule for modules of several inputs or outputs.</summary>
    public static ModuleRule Of<T>(string operators, int least, int most, Func<OnnxGraph, T, IReadOnlyList<OnnxValue>, IReadOnlyList<OnnxValue>> export)
        where T : nn.Module =>
        new(typeof(T), operators, least, most, (graph, module, inputs) => export(graph, (T)module, inputs));

    /// <summary>Adds a module of this kind.</summary>
    public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, nn.Module module, IReadOnlyList<OnnxValue> inputs) => inputs.Count >= _least && inputs.Count <= _most
        ? _export(graph, module, inputs)
        : throw graph.Unsupported($"it got {inputs.Count} inputs; {Type.Name} takes {(_least == _most ? $"{_least}" : $"{_least} to {_most}")}.");
}
