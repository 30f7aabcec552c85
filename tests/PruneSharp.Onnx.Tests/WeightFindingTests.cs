using Google.Protobuf;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Tests.TestModel;

namespace PruneSharp.Onnx.Tests;

public sealed class WeightFindingTests
{
    [Theory]
    [InlineData("Conv", 1, new long[] { 8, 4, 3, 3 }, 8, 4, 9)]
    [InlineData("ConvTranspose", 1, new long[] { 4, 8, 3, 3 }, 8, 4, 9)]
    [InlineData("Gemm", 1, new long[] { 4, 8 }, 8, 4, 1)]
    [InlineData("MatMul", 1, new long[] { 4, 8 }, 8, 4, 1)]
    [InlineData("MatMul", 1, new long[] { 3, 4, 8 }, 24, 4, 1)]
    [InlineData("MatMul", 0, new long[] { 8, 4 }, 8, 4, 1)]
    [InlineData("LSTM", 1, new long[] { 1, 32, 4 }, 32, 4, 1)]
    [InlineData("GRU", 2, new long[] { 2, 24, 8 }, 48, 8, 1)]
    [InlineData("RNN", 1, new long[] { 1, 8, 4 }, 8, 4, 1)]
    [InlineData("Gather", 0, new long[] { 100, 8 }, 100, 8, 1)]
    public void Weights_of_every_operator_are_found_in_their_own_order(string op, int input, long[] shape, long outputs, long inputs, long kernel)
    {
        string[] names = ["x", "y", "z"];
        names[input] = "w";
        var weight = Assert.Single(new TestModel().Initializer(Tensor("w", shape)).Node(op, names).Weights().Prunable);
        Assert.Equal((op, outputs, inputs, kernel), (weight.Op, weight.Weights.Layout.OutCount, weight.Weights.Layout.InCount, weight.Weights.Layout.KernelCount));
        Assert.Equal(op == "Gather", weight.IsEmbedding);
    }

    [Fact]
    public void Einsum_sums_over_the_letters_that_the_result_lacks()
    {
        var equation = new AttributeProto { Name = "equation", S = ByteString.CopyFromUtf8("bnd, hdk -> bhnk") };
        var weight = Assert.Single(new TestModel().Initializer(Tensor("w", 2, 4, 8)).Node("Einsum", ["x", "w"], equation).Weights().Prunable);
        Assert.Equal((16, 4), (weight.Weights.Layout.OutCount, weight.Weights.Layout.InCount));
    }

    [Fact]
    public void Grouped_transposed_convolution_has_the_outputs_of_all_groups()
    {
        var weight = Assert.Single(new TestModel().Initializer(Tensor("w", 6, 4, 3, 3)).Node("ConvTranspose", ["x", "w"], Int("group", 3)).Weights().Prunable);
        Assert.Equal((12, 2, 9), (weight.Weights.Layout.OutCount, weight.Weights.Layout.InCount, weight.Weights.Layout.KernelCount));
    }

    [Fact]
    public void Gemm_with_transB_stores_outputs_first()
    {
        var weight = Assert.Single(new TestModel().Initializer(Tensor("w", 8, 4)).Node("Gemm", ["x", "w", "b"], Int("transB", 1)).Weights().Prunable);
        Assert.Equal([4, 1], new[] { weight.Weights.Layout.OutOffsets()[1], weight.Weights.Layout.InOffsets()[1] });
    }

    [Fact]
    public void Constant_nodes_hold_weights()
    {
        var value = new AttributeProto { Name = "value", T = Floats("", Ramp(32), 4, 8), Type = AttributeProto.Types.AttributeType.Tensor };
        var test = new TestModel();
        test.Proto.Graph.Node.Add(new NodeProto { OpType = "Constant", Output = { "w" }, Attribute = { value } });
        var weight = Assert.Single(test.Node("MatMul", ["x", "w"]).Weights().Prunable);
        Assert.Equal("w", weight.Name);
    }

    [Fact]
    public void Weights_are_followed_through_transpose_reshape_identity_and_cast()
    {
        var test = new TestModel().Initializer(Tensor("w", 8, 4)).Initializer(Longs("shape", 8, 4, 1, 1))
            .Node("Identity", ["w"]).Node("Transpose", ["out_Identity_w"], Ints("perm", 1, 0)).Node("MatMul", ["x", "out_Transpose_out_Identity_w"]);
        var weight = Assert.Single(test.Weights().Prunable);
        Assert.Equal((8, 4, true), (weight.Weights.Layout.OutCount, weight.Weights.Layout.InCount, weight.HasLayout));
        Assert.Equal(4, weight.Weights.Layout.OutOffsets()[1]);

        var reshaped = new TestModel().Initializer(Tensor("w", 8, 4)).Initializer(Longs("shape", 8, -1, 1, 1)).Node("Cast", ["w"])
            .Node("Reshape", ["out_Cast_w", "shape"]).Node("Conv", ["x", "out_Reshape_shape"]);
        Assert.Equal((8, 4, 1), Assert.Single(reshaped.Weights().Prunable).Weights.Layout is var l ? (l.OutCount, l.InCount, l.KernelCount) : default);
    }

    [Fact]
    public void A_reshape_behind_a_transposition_leaves_single_weights_prunable_only()
    {
        var test = new TestModel().Initializer(Tensor("w", 8, 4)).Initializer(Longs("shape", 2, 16)).Node("Transpose", ["w"])
            .Node("Reshape", ["out_Transpose_w", "shape"]).Node("MatMul", ["x", "out_Reshape_shape"]);
        var weights = test.Weights();
        Assert.False(Assert.Single(weights.Prunable).HasLayout);
        Assert.Single(TargetSelection.Of(new() { Amount = 0.5 }, weights).Selected);
        Assert.Contains(TargetSelection.Of(new() { Structure = Structure.NOfM(2, 4) }, weights).Skipped, s => s.Name == "w" && s.Reason.Contains("cannot be followed", StringComparison.Ordinal));
    }

    [Fact]
    public void Tied_weights_appear_once_and_count_as_embedding()
    {
        var weights = new TestModel().Initializer(Tensor("w", 100, 8)).Node("Gather", ["w", "ids"]).Node("Transpose", ["w"]).Node("MatMul", ["x", "out_Transpose_w"]).Weights();
        var weight = Assert.Single(weights.Prunable);
        Assert.True(weight.IsEmbedding);
        Assert.Equal(2, weight.Layers.Count);
        Assert.Contains(TargetSelection.Of(new() { Amount = 0.5, Targets = Recipe.Targets }, weights).Skipped, s => s.Reason.Contains("embedding", StringComparison.Ordinal));
    }

    [Fact]
    public void Sub_graphs_use_their_own_and_outer_weights()
    {
        var branch = new GraphProto { Name = "b", Initializer = { Tensor("inner", 4, 4) } };
        branch.Node.Add(NodeOf("MatMul", ["x", "inner"]));
        branch.Node.Add(NodeOf("MatMul", ["x", "outer"]));
        var test = new TestModel().Initializer(Tensor("outer", 4, 8));
        test.Proto.Graph.Node.Add(NodeOf("If", ["c"], new AttributeProto { Name = "then_branch", G = branch, Type = AttributeProto.Types.AttributeType.Graph }));
        Assert.Equal(["outer", "If_c/then_branch/inner"], test.Weights().Prunable.Select(w => w.Name));
    }

    [Fact]
    public void A_sub_graph_input_hides_an_outer_weight()
    {
        var body = new GraphProto { Name = "b", Input = { new ValueInfoProto { Name = "w" } } };
        body.Node.Add(NodeOf("MatMul", ["x", "w"]));
        var test = new TestModel().Initializer(Tensor("w", 4, 8));
        test.Proto.Graph.Node.Add(NodeOf("Loop", ["n"], new AttributeProto { Name = "body", G = body, Type = AttributeProto.Types.AttributeType.Graph }));
        Assert.Equal("not used", Assert.Single(test.Weights().Skipped).Reason);
    }

    [Fact]
    public void Arguments_of_model_functions_are_weights_of_the_operators_inside()
    {
        var test = new TestModel().Initializer(Tensor("w", 4, 8));
        var function = new FunctionProto { Name = "Linear", Domain = "local", Input = { "a", "b" }, Node = { NodeOf("MatMul", ["a", "b"]) } };
        test.Proto.Functions.Add(function);
        test.Proto.Graph.Node.Add(new NodeProto { OpType = "Linear", Domain = "local", Input = { "x", "w" }, Output = { "y" } });
        Assert.Equal("MatMul", Assert.Single(test.Weights().Prunable).Op);
    }

    [Fact]
    public void A_constant_of_a_function_body_is_one_weight_however_often_it_is_called()
    {
        using var folder = new TempFolder();
        var test = new TestModel();
        var constant = new NodeProto { OpType = "Constant", Output = { "w" }, Attribute = { new AttributeProto { Name = "value", T = Tensor("", 4, 8), Type = AttributeProto.Types.AttributeType.Tensor } } };
        test.Proto.Functions.Add(new FunctionProto { Name = "Linear", Domain = "local", Input = { "a" }, Node = { constant, NodeOf("MatMul", ["a", "w"]) } });
        foreach (string output in new[] { "y", "z" })
            test.Proto.Graph.Node.Add(new NodeProto { OpType = "Linear", Domain = "local", Input = { "x" }, Output = { output } });
        var report = OnnxPruner.Prune(test.Save(folder), folder.File("out.onnx"), new() { Amount = 0.5 });
        Assert.Equal(("Linear/w", 32, 16), (Assert.Single(report.Layers).Name, report.Parameters, report.Zeros));
    }

    [Fact]
    public void Functions_that_call_each_other_without_end_are_survived()
    {
        var test = new TestModel();
        for (int i = 0; i < 40; i++)
        {
            var function = new FunctionProto { Name = $"f{i}", Domain = "d" };
            for (int call = 0; call < 2; call++)
                function.Node.Add(new NodeProto { OpType = $"f{(i + 1) % 40}", Domain = "d", Output = { $"y{call}" } });
            test.Proto.Functions.Add(function);
        }

        test.Proto.Graph.Node.Add(new NodeProto { OpType = "f0", Domain = "d", Output = { "y" } });
        Assert.Contains("expand to more than", Assert.Throws<InvalidModelException>(test.Weights).Message);
    }

    [Fact]
    public void Attributes_that_a_call_decides_leave_the_layout_open()
    {
        var test = new TestModel().Initializer(Tensor("w", 8, 64));
        var transB = new AttributeProto { Name = "transB", RefAttrName = "transB", Type = AttributeProto.Types.AttributeType.Int };
        test.Proto.Functions.Add(new FunctionProto { Name = "Linear", Domain = "local", Input = { "a", "b" }, Node = { NodeOf("Gemm", ["a", "b"], transB) } });
        test.Proto.Graph.Node.Add(new NodeProto { OpType = "Linear", Domain = "local", Input = { "x", "w" }, Output = { "y" }, Attribute = { Int("transB", 1) } });
        Assert.False(Assert.Single(test.Weights().Prunable).HasLayout);
    }

    [Theory]
    [InlineData("MatMul", "", new long[0], true)]
    [InlineData("MatMul", "", new long[] { 8 }, true)]
    [InlineData("Gemm", "", new long[] { 2, 3, 4 }, true)]
    [InlineData("LSTM", "", new long[] { 1, 2, 3, 4 }, true)]
    [InlineData("Gemm", "my.domain", new long[] { 2, 4 }, false)]
    public void Shapes_that_do_not_fit_the_operator_have_no_layout_and_other_domains_no_weights(string op, string domain, long[] shape, bool prunable)
    {
        var test = new TestModel().Initializer(Tensor("w", shape)).Node(op, ["x", "w"]);
        test.Proto.Graph.Node[0].Domain = domain;
        Assert.Equal(prunable ? 1 : 0, test.Weights().Prunable.Count);
    }

    [Theory]
    [InlineData("Conv", 2, "bias of Conv")]
    [InlineData("BatchNormalization", 1, "scale of BatchNormalization")]
    [InlineData("LayerNormalization", 2, "bias of LayerNormalization")]
    [InlineData("Mul", 1, "operand of Mul")]
    public void What_is_no_weight_is_skipped_with_its_role(string op, int input, string reason)
    {
        string[] names = ["x", "y", "z"];
        names[input] = "b";
        var weights = new TestModel().Initializer(Tensor("b", 8)).Node(op, names).Weights();
        Assert.Empty(weights.Prunable);
        Assert.Equal(new("b", reason), Assert.Single(weights.Skipped));
    }

    [Fact]
    public void Quantised_weights_say_what_to_do()
    {
        var tensor = new TensorProto { Name = "q", DataType = (int)TensorProto.Types.DataType.Int8, RawData = ByteString.CopyFrom(new byte[32]), Dims = { 8, 4 } };
        var weights = new TestModel().Initializer(tensor).Node("DequantizeLinear", ["q", "s"]).Node("MatMul", ["x", "out_DequantizeLinear_s"]).Weights();
        Assert.Contains("quantised INT8", Assert.Single(weights.Skipped).Reason);
    }

    [Fact]
    public void Sparse_constants_are_reported_and_left_alone()
    {
        var test = new TestModel();
        var value = new AttributeProto { Name = "sparse_value", SparseTensor = new SparseTensorProto { Values = Floats("", Ramp(4), 4), Dims = { 8, 8 } } };
        test.Proto.Graph.Node.Add(new NodeProto { OpType = "Constant", Output = { "w" }, Attribute = { value } });
        Assert.Equal(new("w", "already stored as sparse_value"), Assert.Single(test.Node("MatMul", ["x", "w"]).Weights().Skipped));
    }

    [Fact]
    public void Weights_that_are_graph_inputs_too_are_found()
    {
        var test = new TestModel().Initializer(Tensor("w", 4, 8)).Node("MatMul", ["x", "w"]);
        test.Proto.Graph.Input.Add(new ValueInfoProto { Name = "w" });
        Assert.Single(test.Weights().Prunable);
    }

    private static TensorProto Tensor(string name, params long[] shape) => Floats(name, Ramp((int)shape.Aggregate(1L, (a, b) => a * b)), shape);
}
