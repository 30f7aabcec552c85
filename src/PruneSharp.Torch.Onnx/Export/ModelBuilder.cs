using PruneSharp.Onnx.Proto;

namespace PruneSharp.Torch.Onnx;

/// <summary>Makes the whole model: inputs, the module's graph, outputs.</summary>
internal static class ModelBuilder
{
    private const int Ir = 8;

    /// <summary>Builds the model of a module.</summary>
    public static ModelProto Build(nn.Module module, OnnxExportOptions options, IReadOnlyList<OnnxInput> inputs)
    {
        Check(inputs.Select(i => i.Name), "input");
        Check(options.OutputNames ?? [], "output");
        UnknownModules.Check(module);
        var graph = new OnnxGraph(module);
        try
        {
            var values = inputs.Select(input => Input(graph, input, options.DynamicBatch)).ToList();
            var outputs = graph.Export(module, values);
            Outputs(graph, outputs, Names(options, outputs.Count), values);
        }
        finally
        {
            graph.Release();
        }

        graph.Proto.Name = "module";
        return new()
        {
            IrVersion = Ir,
            ProducerName = "PruneSharp",
            ProducerVersion = typeof(ModelBuilder).Assembly.GetName().Version!.ToString(3),
            Graph = graph.Proto,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OnnxExport.Opset } },
        };
    }

    private static OnnxValue Input(OnnxGraph graph, OnnxInput input, bool dynamicBatch)
    {
        graph.Reserve(input.Name);
        var shape = new TensorShapeProto();
        for (int i = 0; i < input.Shape.Count; i++)
        {
            bool batch = i == 0 && dynamicBatch;
            shape.Dim.Add(batch || input.Shape[i] < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = batch ? "batch" : FormattableString.Invariant($"{input.Name}_{i}") }
                : new TensorShapeProto.Types.Dimension { DimValue = input.Shape[i] });
        }

        graph.Proto.Input.Add(Value(input.Name, input.Type, shape));
        return new(input.Name, input.Type, [.. shape.Dim.Select(d => d.HasDimValue ? (long?)d.DimValue : null)]);
    }

    private static void Outputs(OnnxGraph graph, IReadOnlyList<OnnxValue> outputs, IReadOnlyList<string> names, IReadOnlyList<OnnxValue> inputs)
    {
        if (names.FirstOrDefault(name => !graph.Reserve(name)) is { } taken)
            throw new ArgumentException($"The output name {taken} is taken by an input or weight. Choose another in {nameof(OnnxExportOptions)}.{nameof(OnnxExportOptions.OutputNames)}.");

        // A value that has a name of its own already is passed through a node.
        var taking = inputs.Select(i => i.Name).Concat(graph.Proto.Initializer.Select(i => i.Name)).ToHashSet(StringComparer.Ordinal);
        var values = outputs.Select(value => taking.Add(value.Name) ? value : graph.Node("Identity", value)).ToList();
        for (int i = 0; i < values.Count; i++)
        {
            Rename(graph.Proto, values[i].Name, names[i]);
            var shape = new TensorShapeProto { Dim = { values[i].Shape.Select(d => d is { } size ? new TensorShapeProto.Types.Dimension { DimValue = size } : new()) } };
            graph.Proto.Output.Add(Value(names[i], values[i].Type, shape));
        }
    }

    private static void Rename(GraphProto graph, string from, string to)
    {
        foreach (var node in graph.Node)
        {
            Replace(node.Input);
            Replace(node.Output);
        }

        void Replace(Google.Protobuf.Collections.RepeatedField<string> names)
        {
            for (int i = 0; i < names.Count; i++)
                if (names[i] == from)
                    names[i] = to;
        }
    }

    private static ValueInfoProto Value(string name, ScalarType type, TensorShapeProto shape) =>
        new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)OnnxTypes.Of(type, name), Shape = shape } } };

    private static IReadOnlyList<string> Names(OnnxExportOptions options, int count)
    {
        if (options.OutputNames is not { } names)
            return count == 1 ? ["output"] : [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"output_{i}"))];
        return names.Count == count ? names : throw new ArgumentException($"{nameof(OnnxExportOptions.OutputNames)} has {names.Count} names, but the module has {count} outputs.");
    }

    private static void Check(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
            if (name.Length == 0 || name.StartsWith('/') || !seen.Add(name))
                throw new ArgumentException($"The {what} name '{name}' is {(name.Length == 0 ? "empty" : name[0] == '/' ? "reserved: names of inner values start with a slash" : "given twice")}. Give every {what} a name of its own.");
    }
}
