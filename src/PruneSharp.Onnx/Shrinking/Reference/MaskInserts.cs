using System.Runtime.InteropServices;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Nodes that mask an axis of a value in front of the node that adds over it, or replace the statistics that it takes.</summary>
internal static class MaskInserts
{
    /// <summary>Multiplies the value by 1 and 0.</summary>
    public static void Multiply(Cut cut, ModelEdits edits, ContractionSite site) =>
        Redirect(edits, site, Operator(edits, edits.Of(site.Node.Proto), "Mul", Current(edits, site), Mask(cut, edits, site, 1, 0)));

    /// <summary>The mean over the kept indices.</summary>
    public static void Mean(Cut cut, ModelEdits edits, ContractionSite site)
    {
        var tensor = site.Node.Inputs[site.Input]!;
        float scale = (float)tensor.Dims![site.Axis] / cut.Kept(tensor, site.Axis).Count;
        Redirect(edits, site, Operator(edits, edits.Of(site.Node.Proto), "Mul", Current(edits, site), Mask(cut, edits, site, scale, 0)));
    }

    /// <summary>The largest or least of the kept indices.</summary>
    public static void Extreme(Cut cut, ModelEdits edits, ContractionSite site, bool max)
    {
        var change = edits.Of(site.Node.Proto);
        string cleared = Operator(edits, change, "Mul", Current(edits, site), Mask(cut, edits, site, 1, 0));
        Redirect(edits, site, Operator(edits, change, "Add", cleared, Mask(cut, edits, site, 0, max ? float.MinValue : float.MaxValue)));
    }

    /// <summary>LayerNormalization and its kin with mean and variance of the kept indices.</summary>
    public static void Normalization(Cut cut, ModelEdits edits, ContractionSite site)
    {
        var node = site.Node;
        var change = edits.Of(node.Proto);
        if (change.Removes)
            return; // a second axis of a node that has been replaced: its mask covers all
        var x = node.Inputs[0]!;
        bool centred = node.Op == "LayerNormalization";
        int first = GraphNode.Axis(node.Int("axis", -1), x.Rank);
        int[] axes = [.. Enumerable.Range(first, x.Rank - first)];
        float kept = axes.Aggregate(1f, (product, axis) => product * cut.Kept(x, axis).Count);
        string mask = axes.Select(axis => Mask(cut, edits, site with { Axis = axis }, 1, 0)).Aggregate((a, b) => Operator(edits, change, "Mul", a, b));
        string Scalar(float value) => edits.Add("mask_scalar", name => MaskNumbers.Of(name, MaskNumbers.TypeOf(cut.Graph, x), [value], []));
        string count = Scalar(kept), square = Scalar(2), epsilon = Scalar(node.Proto.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? 1e-5f);
        string axesInput = edits.Add("masked_axes", name => Integers(name, axes));
        string Mean(string value) => Operator(edits, change, "Div", Sum(value), count);
        string Sum(string value)
        {
            string result = edits.Name("masked_sum");
            var sum = new NodeProto { OpType = "ReduceSum", Name = edits.Name("masked_sum_node"), Input = { value }, Output = { result } };
            if (cut.Graph.Opset >= 13)
                sum.Input.Add(axesInput);
            else
                sum.Attribute.Add(new AttributeProto { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints, Ints = { axes.Select(a => (long)a) } });
            change.Before.Add(sum);
            return result;
        }

        string value = Operator(edits, change, "Mul", Current(edits, site), mask);
        if (centred)
            value = Operator(edits, change, "Mul", Operator(edits, change, "Sub", value, Mean(value)), mask);
        string deviation = Operator(edits, change, "Sqrt", Operator(edits, change, "Add", Mean(Operator(edits, change, "Pow", value, square)), epsilon));
        string result = Operator(edits, change, "Mul", Operator(edits, change, "Div", value, deviation), Current(edits, site with { Input = 1 }));
        string output = node.Outputs[0]!.Name;
        var last = node.Input(2) is not null
            ? new NodeProto { OpType = "Add", Input = { result, Current(edits, site with { Input = 2 }) } }
            : new NodeProto { OpType = "Identity", Input = { result } };
        last.Name = edits.Name("masked_normalization");
        last.Output.Add(output);
        change.Before.Add(last);
        change.Removes = true;
    }

    private static string Current(ModelEdits edits, ContractionSite site) =>
        edits.Of(site.Node.Proto).Inputs.GetValueOrDefault(site.Input, site.Node.Inputs[site.Input]!.Name);

    private static void Redirect(ModelEdits edits, ContractionSite site, string name) => edits.Of(site.Node.Proto).Inputs[site.Input] = name;

    private static string Operator(ModelEdits edits, NodeChange change, string op, params string[] inputs)
    {
        string result = edits.Name("masked");
        change.Before.Add(new() { OpType = op, Name = edits.Name("mask"), Input = { inputs }, Output = { result } });
        return result;
    }

    // One number for each index of the axis, shaped so that it is broadcast over the others.
    private static string Mask(Cut cut, ModelEdits edits, ContractionSite site, float kept, float removed)
    {
        var tensor = site.Node.Inputs[site.Input]!;
        var stays = cut.Kept(tensor, site.Axis).ToHashSet();
        float[] values = [.. Enumerable.Range(0, tensor.Dims![site.Axis]).Select(i => stays.Contains(i) ? kept : removed)];
        return edits.Add("mask_values", name => MaskNumbers.Of(name, MaskNumbers.TypeOf(cut.Graph, tensor), values, [values.Length, .. Enumerable.Repeat(1L, tensor.Rank - 1 - site.Axis)]));
    }

    private static PayloadTensor Integers(string name, int[] values)
    {
        byte[] bytes = MemoryMarshal.AsBytes<long>(values.Select(v => (long)v).ToArray()).ToArray();
        return new(new() { Name = name, DataType = (int)TensorProto.Types.DataType.Int64, Dims = { values.Length } }, bytes.Length, () => [bytes]);
    }
}
