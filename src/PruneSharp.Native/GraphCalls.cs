using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>ONNX Runtime's functions that read a graph, as C# takes them.</summary>
internal sealed unsafe class GraphCalls(OrtTable api)
{
    /// <summary>A string of a node, value or attribute.</summary>
    public string Text(OrtSlot slot, nint of)
    {
        byte* text = null;
        api.Check(((delegate* unmanaged<void*, byte**, void*>)api[slot])((void*)of, &text));
        return OrtTable.Text(text);
    }

    /// <summary>A pointer that belongs to a graph, node or value; null for none.</summary>
    public void* Pointer(OrtSlot slot, void* of)
    {
        void* result = null;
        api.Check(((delegate* unmanaged<void*, void**, void*>)api[slot])(of, &result));
        return result;
    }

    /// <summary>A list that belongs to a graph or node.</summary>
    /// <param name="count">The function that gives its length.</param>
    /// <param name="items">The function that gives its items.</param>
    /// <param name="of">The graph or node.</param>
    public nint[] List(OrtSlot count, OrtSlot items, void* of)
    {
        nuint length = 0;
        api.Check(((delegate* unmanaged<void*, nuint*, void*>)api[count])(of, &length));
        var list = new nint[length];
        fixed (nint* first = list)
            if (length > 0)
                api.Check(((delegate* unmanaged<void*, nint*, nuint, void*>)api[items])(of, first, length));
        return list;
    }

    /// <summary>A yes or no of a value.</summary>
    public bool Is(OrtSlot slot, nint value)
    {
        byte answer = 0;
        api.Check(((delegate* unmanaged<void*, byte*, void*>)api[slot])((void*)value, &answer));
        return answer != 0;
    }

    /// <summary>The name of a value; empty for an absent one.</summary>
    public string Name(nint value) => value == 0 ? "" : Text(OrtSlot.GetValueInfoName, value);
}
