using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Writes constant channels of operands whose producers went: a channel of zeros is put behind those that are there (Pad), every channel is
/// taken from its place (Gather), and constants other than zero are added.
/// </summary>
internal static class FilledOperands
{
    /// <summary>Adds the nodes.</summary>
    public static void Insert(Cut cut, ModelEdits edits, SlotConstants constants)
    {
        foreach (var fill in cut.Graph.Nodes.Where(n => n.Proto.Domain == FillRule.Domain))
        {
            GraphTensor x = fill.Inputs[0]!, y = fill.Outputs[0]!;
            int axis = (int)fill.Int("axis", 1);
            List<int> has = cut.Kept(x, axis), needs = cut.Kept(y, axis);
            if (has.SequenceEqual(needs))
                continue;
            var (node, input) = y.Uses[0];
            var change = edits.Of(node.Proto);
            long[] places = [.. needs.Select(i => (long)has.IndexOf(i)).Select(place => place < 0 ? has.Count : place)];
            string value = x.Name;
            if (places.Contains(has.Count))
                value = Pad(cut.Graph.Opset, edits, change, x, axis);
            string indices = edits.Add($"{node.Name}_channels", name => Tensor(name, TensorProto.Types.DataType.Int64, [places.Length], MemoryMarshal.AsBytes<long>(places).ToArray()));
            var gather = Node(edits, change, "Gather", value, indices);
            gather.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = axis });
            value = gather.Output[0];
            float[] added = [.. needs.Select((i, at) => places[at] == has.Count ? (float)constants[x, axis, i] : 0)];
            if (added.Any(a => a != 0))
            {
                long[] dims = [added.Length, .. Enumerable.Repeat(1L, x.Rank - 1 - axis)];
                value = Node(edits, change, "Add", value, edits.Add($"{node.Name}_filled", name => Tensor(name, TensorProto.Types.DataType.Float, dims, MemoryMarshal.AsBytes<float>(added).ToArray()))).Output[0];
            }

            change.Inputs[input] = value;
        }
    }

    private static string Pad(long opset, ModelEdits edits, NodeChange change, GraphTensor x, int axis)
    {
        var pads = new long[2 * x.Rank];
        pads[x.Rank + axis] = 1;
        if (opset >= 11)
            return Node(edits, change, "Pad", x.Name, edits.Add("fill_pads", name => Tensor(name, TensorProto.Types.DataType.Int64, [pads.Length], MemoryMarshal.AsBytes<long>(pads).ToArray()))).Output[0];
        var pad = Node(edits, change, "Pad", x.Name);
        pad.Attribute.Add(new AttributeProto { Name = "pads", Type = AttributeProto.Types.AttributeType.Ints, Ints = { pads } });
        return pad.Output[0];
    }

    private static NodeProto Node(ModelEdits edits, NodeChange change, string op, params string[] inputs)
    {
        var node = new NodeProto { OpType = op, Name = edits.Name("fill_node"), Input = { inputs }, Output = { edits.Name("filled") } };
        change.Before.Add(node);
        return node;
    }

    private static PayloadTensor Tensor(string name, TensorProto.Types.DataType type, long[] dims, byte[] bytes) =>
        new(new() { Name = name, DataType = (int)type, Dims = { dims } }, bytes.Length, () => [bytes]);
}
