using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>One node of the main graph with its values.</summary>
internal sealed class GraphNode(NodeProto proto, IReadOnlyList<GraphTensor?> inputs, IReadOnlyList<GraphTensor?> outputs)
{
    /// <summary>As the file has it.</summary>
    public NodeProto Proto { get; } = proto;

    /// <summary>Its inputs; null where one is left out.</summary>
    public IReadOnlyList<GraphTensor?> Inputs { get; } = inputs;

    /// <summary>Its outputs; null where one is left out.</summary>
    public IReadOnlyList<GraphTensor?> Outputs { get; } = outputs;

    /// <summary>The rule that coupled its slots; null where they are all pinned.</summary>
    public OperatorRule? Rule { get; set; }

    /// <summary>The operator's type.</summary>
    public string Op => Proto.OpType;

    /// <summary>Its name, or that of its first output, as reports give it.</summary>
    public string Name => Proto.Name.Length > 0 ? Proto.Name : Proto.Output.FirstOrDefault(o => o.Length > 0) ?? Op;

    /// <summary>Its inputs and outputs that are there.</summary>
    public IEnumerable<GraphTensor> Tensors => Inputs.Concat(Outputs).OfType<GraphTensor>();

    /// <summary>The input at a position; null where it is left out.</summary>
    public GraphTensor? Input(int position) => position >= 0 && position < Inputs.Count ? Inputs[position] : null;

    /// <summary>The output at a position; null where it is left out.</summary>
    public GraphTensor? Output(int position) => position < Outputs.Count ? Outputs[position] : null;

    /// <summary>An integer attribute, or its default.</summary>
    public long Int(string name, long otherwise) => WeightOperators.Int(Proto, name, otherwise);

    /// <summary>A list of integers, or null where the attribute is left out.</summary>
    public IReadOnlyList<long>? Ints(string name) => Proto.Attribute.FirstOrDefault(a => a.Name == name)?.Ints;

    /// <summary>A text attribute, or its default.</summary>
    public string Text(string name, string otherwise = "") => Proto.Attribute.FirstOrDefault(a => a.Name == name)?.S is { Length: > 0 } text ? text.ToStringUtf8() : otherwise;

    /// <summary>Whether the node has an attribute.</summary>
    public bool Has(string name) => Proto.Attribute.Any(a => a.Name == name);

    /// <summary>Integers given as an attribute or, in later versions of the operator, as an input; null where they are left out or not known.</summary>
    public IReadOnlyList<long>? Ints(string attribute, int input) => Ints(attribute) ?? Input(input)?.Integers;

    /// <summary>An axis counted from the front.</summary>
    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);
}
