using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx.Tests;

public sealed class HostileGraphTests
{
    private const int Mutants = 100;

    public static TheoryData<string> Toys => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Toys"), "*.onnx").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void Nodes_in_a_circle_are_an_error()
    {
        var error = Assert.Throws<InvalidModelException>(() => Shrink(Graph(
            new() { OpType = "Add", Name = "one", Input = { "x", "b" }, Output = { "a" } },
            new() { OpType = "Relu", Name = "two", Input = { "a" }, Output = { "b" } })));
        Assert.Contains("need each other in a circle", error.Message);
    }

    [Fact]
    public void A_value_that_nothing_computes_is_an_error()
    {
        var error = Assert.Throws<InvalidModelException>(() => Shrink(Graph(new NodeProto { OpType = "Add", Name = "one", Input = { "x", "nowhere" }, Output = { "b" } })));
        Assert.Contains("node one needs nowhere, which nothing computes", error.Message);
    }

    [Fact]
    public void A_value_computed_twice_is_an_error()
    {
        var error = Assert.Throws<InvalidModelException>(() => Shrink(Graph(
            new() { OpType = "Relu", Name = "one", Input = { "x" }, Output = { "b" } },
            new() { OpType = "Relu", Name = "two", Input = { "x" }, Output = { "b" } })));
        Assert.Contains("b is computed twice", error.Message);
    }

    [Fact]
    public void Custom_operators_and_sub_graphs_keep_what_they_touch()
    {
        var branch = new GraphProto { Name = "then", Node = { new NodeProto { OpType = "Identity", Input = { "h" }, Output = { "t" } } }, Output = { new ValueInfoProto { Name = "t" } } };
        var refused = Analyse(Graph(
            Conv("w1", "x", "h"),
            new() { OpType = "If", Name = "either", Input = { "c" }, Output = { "i" }, Attribute = { Branch("then_branch", branch), Branch("else_branch", branch) } },
            Conv("w2", "h", "k"),
            Conv("w3", "k", "l"),
            new() { OpType = "Mystery", Domain = "my.own", Name = "mystery", Input = { "k", "l" }, Output = { "b" } })).Refused;
        Assert.Contains(refused, r => r is { Family: "w1:0", Node: "either", Operator: "If", Reason: "used inside its sub-graph" });
        Assert.Contains(refused, r => r.Family == "w2:0" && r is { Node: "mystery", Operator: "Mystery" });
    }

    [Fact]
    public void Wrong_ranks_keep_what_they_touch()
    {
        var model = Graph(Conv("w1", "x", "h"), Conv("w2", "h", "b"));
        model.Graph.Initializer[1].Dims.Clear();
        model.Graph.Initializer[1].Dims.Add([8, 8 * 9]);
        Assert.Empty(Analyse(model).Families);
    }

    [Theory]
    [MemberData(nameof(Toys))]
    public void Damaged_graphs_are_refused_in_one_way(string toy)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Toys", toy));
        int sound = 0;
        for (int seed = 0; seed < Mutants; seed++)
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            var random = new Random(seed);
            for (int i = random.Next(1, 3); i > 0; i--)
                Damage(model, random);
            try
            {
                Shrink(model);
                sound++;
            }
            catch (InvalidModelException)
            {
                // What it should be.
            }
        }

        Assert.InRange(sound, 1, Mutants);
    }

    private static void Damage(ModelProto model, Random random)
    {
        var graph = model.Graph;
        var node = graph.Node[random.Next(graph.Node.Count)];
        var attribute = node.Attribute.Count > 0 ? node.Attribute[random.Next(node.Attribute.Count)] : null;
        long[] odd = [-1, 0, 1, 2, 3, 7, 100, -5, long.MaxValue, long.MinValue, int.MaxValue];
        long number = odd[random.Next(odd.Length)];
        switch (random.Next(10))
        {
            case 0 when attribute is not null: attribute.I = number; break;
            case 1 when attribute is { Ints.Count: > 0 }: attribute.Ints[random.Next(attribute.Ints.Count)] = number; break;
            case 2 when attribute is not null: node.Attribute.Remove(attribute); break;
            case 3 when node.Input.Count > 0: node.Input.RemoveAt(random.Next(node.Input.Count)); break;
            case 4 when node.Input.Count > 1: (node.Input[0], node.Input[1]) = (node.Input[1], node.Input[0]); break;
            case 5 when node.Input.Count > 0: node.Input[random.Next(node.Input.Count)] = graph.Node[random.Next(graph.Node.Count)].Output[0]; break;
            case 6 when node.Input.Count > 0: node.Input[random.Next(node.Input.Count)] = graph.Initializer[random.Next(graph.Initializer.Count)].Name; break;
            case 7: node.OpType = graph.Node[random.Next(graph.Node.Count)].OpType; break;
            case 8 when graph.Initializer.Count > 0:
                var tensor = graph.Initializer[random.Next(graph.Initializer.Count)];
                if (tensor.Dims.Count > 1)
                    (tensor.Dims[0], tensor.Dims[1]) = (tensor.Dims[1], tensor.Dims[0]);
                break;
            default:
                var values = graph.Node.Select(n => n.Attribute.FirstOrDefault(a => a.T is { DataType: (int)TensorProto.Types.DataType.Int64, RawData.Length: >= 8 })?.T).OfType<TensorProto>().ToList();
                if (values.Count > 0)
                {
                    var constant = values[random.Next(values.Count)];
                    byte[] raw = constant.RawData.ToByteArray();
                    BitConverter.TryWriteBytes(raw.AsSpan(random.Next(raw.Length / 8) * 8), number);
                    constant.RawData = ByteString.CopyFrom(raw);
                }

                break;
        }
    }

    private static void Shrink(ModelProto model)
    {
        var analysis = Analyse(model);
        var cut = new UnitRanking(analysis, new() { Align = 1 }).At(0.5);
        Assert.NotEmpty(cut.Shrunk());
        Assert.NotEmpty(cut.Masked(new(1)));
    }

    private static ShrinkAnalysis Analyse(ModelProto proto)
    {
        var model = OnnxModel.Of(proto.ToByteArray(), "test.onnx");
        return ShrinkAnalysis.Of(model, StaticShapes.Infer(model));
    }

    private static ModelProto Graph(params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "g", Node = { nodes }, Input = { Value("x", 1, 8, 12, 12) }, Output = { new ValueInfoProto { Name = "b" } } };
        graph.Input.Add(new ValueInfoProto { Name = "c", Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Bool, Shape = new() } } });
        foreach (string name in new[] { "w1", "w2", "w3" })
            graph.Initializer.Add(TestModel.Floats(name, TestModel.Ramp(8 * 8 * 9), 8, 8, 3, 3));
        return new() { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph };
    }

    private static NodeProto Conv(string weight, string input, string output) => new() { OpType = "Conv", Name = $"conv {weight}", Input = { input, weight }, Output = { output } };

    private static AttributeProto Branch(string name, GraphProto graph) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };

    private static ValueInfoProto Value(string name, params long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(dims.Select(dim => new TensorShapeProto.Types.Dimension { DimValue = dim }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }
}
