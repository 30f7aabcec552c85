using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Changes of one node: attributes, inputs, and nodes put before or behind it.</summary>
internal sealed class NodeChange
{
    /// <summary>New attributes by name; null for those that go.</summary>
    public Dictionary<string, AttributeProto?> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>New names of inputs by position.</summary>
    public SortedDictionary<int, string> Inputs { get; } = [];

    /// <summary>New names of outputs by position.</summary>
    public SortedDictionary<int, string> Outputs { get; } = [];

    /// <summary>Nodes put before it.</summary>
    public List<NodeProto> Before { get; } = [];

    /// <summary>Nodes put behind it.</summary>
    public List<NodeProto> Behind { get; } = [];

    /// <summary>Whether the node itself goes.</summary>
    public bool Removes { get; set; }

    /// <summary>The inputs after the change.</summary>
    public IReadOnlyList<string> NewInputs(NodeProto node)
    {
        List<string> inputs = [.. node.Input];
        foreach (var (position, name) in Inputs)
        {
            while (inputs.Count <= position)
                inputs.Add("");
            inputs[position] = name;
        }

        return inputs;
    }

    /// <summary>The edit of the file; attributes that do not change keep their bytes, since the parsed node has no tensor values.</summary>
    public WireEdit Edit(OnnxModel model, NodeProto node)
    {
        var place = model.Places[node];
        using var bytes = new MemoryStream();
        foreach (var before in Before)
            bytes.Write(WireSplice.Field(1, before.ToByteArray()));
        if (!Removes)
            bytes.Write(WireSplice.Field(1, Content(model, node)));
        foreach (var behind in Behind)
            bytes.Write(WireSplice.Field(1, behind.ToByteArray()));
        return WireEdit.Of(place.Parent!, place.TagStart, place.End - place.TagStart, bytes.ToArray());
    }

    private byte[] Content(OnnxModel model, NodeProto node)
    {
        var plain = node.Clone();
        plain.Attribute.Clear();
        plain.Input.Clear();
        plain.Input.Add(NewInputs(node));
        foreach (var (position, name) in Outputs)
            plain.Output[position] = name;
        using var content = new MemoryStream();
        content.Write(plain.ToByteArray());
        foreach (var attribute in node.Attribute.Where(a => !Attributes.ContainsKey(a.Name)))
        {
            var place = model.Places[attribute];
            model.Source.CopyTo(content, place.TagStart, place.End - place.TagStart);
        }

        foreach (var attribute in Attributes.Values.OfType<AttributeProto>())
            content.Write(WireSplice.Field(5, attribute.ToByteArray()));
        return content.ToArray();
    }
}
