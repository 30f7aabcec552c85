using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>Reads what ONNX Runtime knows of values.</summary>
internal sealed unsafe class ValueReader(OrtTable api)
{
    private readonly GraphCalls _calls = new(api);
    private readonly Dictionary<string, long> _symbols = new(StringComparer.Ordinal);

    /// <summary>
    /// Learns the names of dynamic dimensions of a graph's inputs, from now on known by numbers below -1. Names elsewhere come from exporters, which call the same size by
    /// several, or from nothing; those dimensions are -1.
    /// </summary>
    public void Learn(IEnumerable<nint> inputs)
    {
        foreach (nint input in inputs)
            foreach (string symbol in Tensor(input) is not 0 and nint tensor ? Symbols((void*)tensor) : [])
                if (symbol.Length > 0)
                    _symbols.TryAdd(symbol, -2 - _symbols.Count);
    }

    /// <summary>Reads types, shapes and constants of some values; a value may come several times.</summary>
    /// <param name="values">ONNX Runtime's pointers; 0 for an absent one.</param>
    /// <param name="copy">Whether constants are copied, to outlive the call that ONNX Runtime makes.</param>
    public ValueFacts Read(IEnumerable<nint> values, bool copy)
    {
        var facts = new ValueFacts();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (nint value in values)
            if (_calls.Name(value) is { Length: > 0 } name && known.Add(name))
                Add(facts, name, value, copy);
        return facts;
    }

    private void Add(ValueFacts facts, string name, nint value, bool copy)
    {
        void* tensor = (void*)Tensor(value);
        if (tensor is null || !api.IsFloat(tensor))
            return;
        facts.Floats.Add(name);
        if (_calls.Is(OrtSlot.ValueInfo_IsConstantInitializer, value) && Constant(value, copy) is { } constant)
        {
            facts.Constants[name] = constant;
            facts.Shapes[name] = constant.Shape;
        }
        else if (HasShape(tensor))
        {
            string[] symbols = Symbols(tensor);
            facts.Shapes[name] = [.. api.Dims(tensor).Select((size, axis) => size >= 0 ? size : _symbols.GetValueOrDefault(symbols[axis], -1))];
        }
    }

    // 0 for what is no tensor.
    private nint Tensor(nint value)
    {
        void* type = _calls.Pointer(OrtSlot.GetValueInfoTypeInfo, (void*)value);
        return type is null ? 0 : (nint)_calls.Pointer(OrtSlot.CastTypeInfoToTensorInfo, type);
    }

    // The names of its dimensions; empty for a fixed or nameless one.
    private string[] Symbols(void* tensor)
    {
        var texts = new nint[api.Dims(tensor).Length];
        fixed (nint* first = texts)
            if (texts.Length > 0)
                api.Check(((delegate* unmanaged<void*, nint*, nuint, void*>)api[OrtSlot.GetSymbolicDimensions])(tensor, first, (nuint)texts.Length));
        return [.. texts.Select(text => OrtTable.Text((byte*)text))];
    }

    // A value of unknown rank looks like a scalar.
    private bool HasShape(void* tensor) => api.Dims(tensor).Length > 0;

    private LayerConstant? Constant(nint value, bool copy)
    {
        void* stored = _calls.Pointer(OrtSlot.ValueInfo_GetInitializerValue, (void*)value);
        if (stored is null || api.FloatShape(stored) is not { } shape)
            return null;
        long length = 1;
        foreach (long size in shape)
            length = checked(length * size);
        if (length > Array.MaxLength)
            return null;
        var memory = new OrtMemory(length == 0 ? null : (float*)api.Data(stored), (int)length);
        return new([.. shape], copy ? memory.GetSpan().ToArray() : memory.Memory);
    }
}
