using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>Reads what ONNX Runtime knows of values.</summary>
internal sealed unsafe class ValueReader(OrtTable api)
{
    private readonly GraphCalls _calls = new(api);

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
        void* type = _calls.Pointer(OrtSlot.GetValueInfoTypeInfo, (void*)value);
        void* tensor = type is null ? null : _calls.Pointer(OrtSlot.CastTypeInfoToTensorInfo, type);
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
            facts.Shapes[name] = [.. api.Dims(tensor)];
        }
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
