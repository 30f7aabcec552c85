using System.Runtime.InteropServices;
using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>The float32 constants of the main graph with their values: initializers, Constant nodes, and weights that are stored packed.</summary>
internal static class FloatConstants
{
    /// <summary>
    /// Reads those that some node takes. What an input can override, what does not fit into one array, and what is damaged (ONNX Runtime will say so) is left out.
    /// </summary>
    public static Dictionary<string, LayerConstant> Of(OnnxModel model)
    {
        var graph = model.Proto.Graph;
        var read = graph.Node.SelectMany(n => n.Input).ToHashSet(StringComparer.Ordinal);
        if (model.Proto.IrVersion >= ModelEdits.LeastIrOfPlainConstants)
            read.ExceptWith(graph.Input.Select(i => i.Name));
        var constants = new Dictionary<string, LayerConstant>(StringComparer.Ordinal);
        foreach (var initializer in graph.Initializer.Where(i => read.Contains(i.Name)))
            Add(initializer.Name, initializer.Dims, () => Data(model, initializer));
        foreach (var node in graph.Node.Where(IsConstant).Where(n => read.Contains(n.Output[0])))
        {
            var attribute = node.Attribute[0];
            if (attribute.Name == "value" && attribute.T is { } tensor)
                Add(node.Output[0], tensor.Dims, () => Data(model, tensor));
            else if (attribute.Name == "value_float")
                constants[node.Output[0]] = new([], new[] { attribute.F });
            else if (attribute.Name == "value_floats")
                constants[node.Output[0]] = new([attribute.Floats.Count], attribute.Floats.ToArray());
        }

        foreach (var packed in PackedModel.Read(model, key => key.StartsWith(MainGraph, StringComparison.Ordinal) && read.Contains(key[MainGraph.Length..])))
            Add(packed.Name, packed.Shape, () => packed.Data);

        // PyTorch writes constants that are equal once, and gives the others as copies.
        while (graph.Node.FirstOrDefault(n => IsCopy(n) && constants.ContainsKey(n.Input[0]) && !constants.ContainsKey(n.Output[0])) is { } copy)
            constants[copy.Output[0]] = constants[copy.Input[0]];
        return constants;

        void Add(string name, IReadOnlyList<long> shape, Func<WeightData?> data)
        {
            if (Values(data) is { } values && Dimensions.Count(shape) == values.Length)
                constants[name] = new([.. shape], values);
        }
    }

    // The number that PackedWeight.Key starts with.
    private const string MainGraph = "0/";

    private static bool IsConstant(NodeProto node) => node.OpType == "Constant" && node.Domain is ("" or "ai.onnx") && node.Output.Count == 1 && node.Attribute.Count == 1;

    private static bool IsCopy(NodeProto node) => node.OpType == "Identity" && node.Domain is ("" or "ai.onnx") && node.Input.Count == 1 && node.Output.Count == 1;

    private static WeightData? Data(OnnxModel model, TensorProto proto) =>
        Dimensions.AreSound(proto.Dims) && model.Tensors[proto] is { ElementType: ElementType.Float32 } tensor ? TensorData.Of(model, tensor) : null;

    private static float[]? Values(Func<WeightData?> data)
    {
        const int Piece = 1 << 20;
        try
        {
            if (data() is not { Type: ElementType.Float32 } weights || weights.Length > Array.MaxLength)
                return null;
            var values = new float[weights.Length];
            var buffer = new byte[Math.Min(Piece, values.Length) * sizeof(float)];
            for (int first = 0; first < values.Length; first += Piece)
            {
                int count = Math.Min(Piece, values.Length - first);
                MemoryMarshal.Cast<byte, float>(weights.Read(first, count, buffer)).CopyTo(values.AsSpan(first));
            }

            return values;
        }
        catch (Exception error) when (error is InvalidModelException or IOException)
        {
            return null;
        }
    }
}
