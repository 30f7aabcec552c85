using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>One node and what is known of its inputs, as the rules of shapes and integers see it.</summary>
/// <param name="node">The node.</param>
/// <param name="opset">Version of its domain's operator set.</param>
/// <param name="inputs">Its inputs; null where absent or unknown.</param>
/// <param name="integers">Reads the values of a small integer tensor that stands in an attribute.</param>
/// <param name="floats">Reads a small floating-point constant by name.</param>
internal sealed class NodeShapes(NodeProto node, long opset, IReadOnlyList<ObservedTensor?> inputs, Func<TensorProto, long[]?>? integers = null, Func<string, float[]?>? floats = null)
{
    /// <summary>The node.</summary>
    public NodeProto Node => node;

    /// <summary>Version of the operator set.</summary>
    public long Opset => opset;

    /// <summary>How many inputs the node names, absent ones included.</summary>
    public int InputCount => node.Input.Count;

    /// <summary>How many outputs the node names, absent ones included.</summary>
    public int OutputCount => node.Output.Count;

    /// <summary>Whether an optional input is there, known or not.</summary>
    public bool Has(int input) => input < node.Input.Count && node.Input[input].Length > 0;

    /// <summary>Whether an attribute is there.</summary>
    public bool Has(string attribute) => Find(attribute) is not null;

    /// <summary>The dimensions of an input, or null.</summary>
    public long[]? Dims(int input) => input < inputs.Count && inputs[input] is { } tensor && Dimensions.AreSound(tensor.Dims) ? [.. tensor.Dims] : null;

    /// <summary>The values of an input, or null.</summary>
    public long[]? Integers(int input) =>
        Dims(input) is { } dims && inputs[input]!.Integers is { Count: <= ObservedTensor.MostIntegers } values && values.Count == Dimensions.Count(dims) ? [.. values] : null;

    /// <summary>Values that older operator sets give as an attribute and newer ones as an input.</summary>
    public long[]? Integers(string attribute, int input) => Find(attribute) is { } given ? [.. given.Ints] : Has(input) ? Integers(input) : null;

    /// <summary>Whether such values are there, known or not.</summary>
    public bool Has(string attribute, int input) => Has(attribute) || Has(input);

    /// <summary>Floating-point values that are an attribute or a constant input.</summary>
    public float[]? Floats(string attribute, int input) => Find(attribute) is { } given ? [.. given.Floats] : Has(input) ? floats?.Invoke(node.Input[input]) : null;

    /// <summary>The values of a tensor attribute; null where they are no integers, or not known.</summary>
    public long[]? Tensor(string attribute) => Find(attribute)?.T is { } tensor ? integers?.Invoke(tensor) : null;

    /// <summary>An integer attribute, or its default.</summary>
    public long Int(string attribute, long otherwise) => WeightOperators.Int(node, attribute, otherwise);

    /// <summary>A list attribute, or null.</summary>
    public long[]? Ints(string attribute) => Find(attribute) is { } given ? [.. given.Ints] : null;

    /// <summary>A text attribute, or its default.</summary>
    public string Text(string attribute, string otherwise) => Find(attribute)?.S.ToStringUtf8() ?? otherwise;

    private AttributeProto? Find(string attribute) => node.Attribute.FirstOrDefault(a => a.Name == attribute);
}
