using System.Text;
using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.Native;

/// <summary>Reads nodes of ONNX Runtime's graphs.</summary>
internal sealed unsafe class NodeReader(OrtTable api)
{
    private readonly GraphCalls _calls = new(api);

    /// <summary>The values that a node takes and makes; 0 for an absent one.</summary>
    public IEnumerable<nint> Values(nint node) => [.. Inputs(node), .. Outputs(node)];

    /// <summary>A node. What its sub-graphs take from the graph around stands behind its own inputs.</summary>
    public LayerNode Read(nint node)
    {
        var attributes = Attributes(node).ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal);
        string domain = _calls.Text(OrtSlot.Node_GetDomain, node);
        return new(
            _calls.Text(OrtSlot.Node_GetName, node), _calls.Text(OrtSlot.Node_GetOperatorType, node), domain == "ai.onnx" ? "" : domain,
            [.. Inputs(node).Select(_calls.Name)], [.. Outputs(node).Select(_calls.Name)], attributes);
    }

    /// <summary>The attributes of a node, but graphs, tensors and lists of strings.</summary>
    public IReadOnlyList<TypedAttribute> Attributes(nint node) =>
    [
        .. _calls.List(OrtSlot.Node_GetNumAttributes, OrtSlot.Node_GetAttributes, (void*)node).Where(a => a != 0).Select(Attribute).OfType<TypedAttribute>(),
    ];

    private nint[] Inputs(nint node) =>
    [
        .. _calls.List(OrtSlot.Node_GetNumInputs, OrtSlot.Node_GetInputs, (void*)node),
        .. _calls.List(OrtSlot.Node_GetNumImplicitInputs, OrtSlot.Node_GetImplicitInputs, (void*)node),
    ];

    private nint[] Outputs(nint node) => _calls.List(OrtSlot.Node_GetNumOutputs, OrtSlot.Node_GetOutputs, (void*)node);

    private TypedAttribute? Attribute(nint attribute)
    {
        int type = 0;
        api.Check(((delegate* unmanaged<void*, int*, void*>)api[OrtSlot.OpAttr_GetType])((void*)attribute, &type));
        LayerAttribute? value = type switch
        {
            TypedAttribute.Int or TypedAttribute.Ints => new([.. Content<long>(attribute, type)], [], null),
            TypedAttribute.Float or TypedAttribute.Floats => new([], [.. Content<float>(attribute, type)], null),
            TypedAttribute.String => LayerAttribute.Of(Encoding.UTF8.GetString(Content<byte>(attribute, type)).TrimEnd('\0')),
            _ => null,
        };
        return value is null ? null : new(_calls.Text(OrtSlot.OpAttr_GetName, attribute), type, value);
    }

    // Asked with no room, ONNX Runtime answers with an error and the bytes that it needs.
    private T[] Content<T>(nint attribute, int type)
        where T : unmanaged
    {
        var read = (delegate* unmanaged<void*, int, void*, nuint, nuint*, void*>)api[OrtSlot.ReadOpAttr];
        nuint size = 0;
        api.Ignore(read((void*)attribute, type, null, 0, &size));
        var content = new T[(int)size / sizeof(T)];
        fixed (T* first = content)
            if (content.Length > 0)
                api.Check(read((void*)attribute, type, first, size, &size));
        return content;
    }
}
