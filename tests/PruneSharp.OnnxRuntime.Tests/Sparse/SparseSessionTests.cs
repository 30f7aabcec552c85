using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class SparseSessionTests
{
    private static readonly AccelerateOptions _byEstimate = new() { Claim = ClaimRule.Estimated };

    public static TheoryData<string> Toys => ToyTests.Toys;

    [Theory]
    [MemberData(nameof(Toys))]
    public void Create_pruned_toy_gives_what_onnx_runtime_gives(string toy)
    {
        string path = SparseAgreement.PrunedToy(toy);
        using var dense = new InferenceSession(path);
        using var sparse = SparseSession.Create(path, _byEstimate);
        Assert.InRange(SparseAgreement.Difference(dense, sparse.Session, toy), 0, 1e-5);
    }

    [Fact]
    public void Create_measured_gives_the_same_layers_and_results()
    {
        string path = SparseAgreement.PrunedToy("unet.onnx");
        using var dense = new InferenceSession(path);
        using var sparse = SparseSession.Create(path, new() { Threads = 1 });
        Assert.NotEmpty(sparse.Layers);
        Assert.InRange(SparseAgreement.Difference(dense, sparse.Session, "unet"), 0, 1e-5);
    }

    [Fact]
    public void Create_packed_weights_are_taken_too()
    {
        string path = SparseAgreement.PrunedToy("unet.onnx");
        string packed = Path.Combine(Path.GetDirectoryName(path)!, "packed.onnx");
        ModelPacker.Pack(path, packed);
        using var plain = SparseSession.Create(path, _byEstimate);
        using var small = SparseSession.Create(packed, _byEstimate);
        Assert.True(plain.RegionCount > 0);
        Assert.Equal(plain.RegionCount, small.RegionCount);
        using var dense = new InferenceSession(path);
        Assert.InRange(SparseAgreement.Difference(dense, small.Session, "packed"), 0, 1e-5);
    }

    [Fact]
    public void Create_external_data_is_found_beside_the_file()
    {
        string folder = SparseFolder.New(), path = Path.Combine(folder, "model.onnx");
        var model = SparseModels.Convolutions(external: Path.Combine(folder, "weights.bin"));
        File.WriteAllBytes(path, model.ToByteArray());
        using var dense = new InferenceSession(path);
        using var sparse = NaiveSession.Of(path);
        Assert.Equal(2, sparse.RegionCount);
        Assert.InRange(SparseAgreement.Difference(dense, sparse.Session, "external"), 0, 1e-5);

        using var halfMemory = NaiveSession.Of(File.ReadAllBytes(path), folder);
        Assert.InRange(SparseAgreement.Difference(dense, halfMemory.Session, "external"), 0, 1e-5);
    }

    [Fact]
    public void Create_initializer_that_an_input_overrides_stays_dense()
    {
        var model = SparseModels.Convolutions();
        model.Graph.Input.Add(TestModels.Floats("w1", [.. model.Graph.Initializer.Single(i => i.Name == "w1").Dims]));
        byte[] bytes = model.ToByteArray();
        using var sparse = NaiveSession.Of(bytes);
        Assert.Equal(1, sparse.RegionCount);
        model.IrVersion = 3; // here weights had to be inputs, and are constants all the same
        model.Graph.Input.Add(TestModels.Floats("w2", [.. model.Graph.Initializer.Single(i => i.Name == "w2").Dims]));
        using var old = NaiveSession.Of(model.ToByteArray());
        Assert.Equal(2, old.RegionCount);
        Assert.Equal("x", Assert.Single(old.Session.InputNames));
    }

    [Fact]
    public void Create_unsorted_nodes_and_region_between_other_nodes_run()
    {
        var model = SparseModels.Convolutions();
        var nodes = model.Graph.Node.Reverse().ToList();
        model.Graph.Node.Clear();
        model.Graph.Node.Add(nodes);
        model.Graph.Output.Add(new ValueInfoProto { Name = "c1" }); // an intermediate value of a region
        byte[] bytes = model.ToByteArray();
        using var dense = new InferenceSession(bytes);
        using var sparse = NaiveSession.Of(bytes);
        Assert.Equal(2, sparse.RegionCount);
        Assert.InRange(SparseAgreement.Difference(dense, sparse.Session, "unsorted"), 0, 1e-5);
    }

    [Fact]
    public void Create_result_that_a_branch_takes_from_outside_is_still_made()
    {
        byte[] bytes = SparseModels.Branching().ToByteArray();
        using var dense = new InferenceSession(bytes);
        using var sparse = NaiveSession.Of(bytes);
        Assert.Equal(2, sparse.RegionCount);
        Assert.InRange(SparseAgreement.Difference(dense, sparse.Session, "branching"), 0, 1e-5);
    }

    [Fact]
    public void Create_model_without_sparse_layers_is_an_ordinary_session()
    {
        using var sparse = SparseSession.Create(Path.Combine(AppContext.BaseDirectory, "Toys", "unet.onnx"), _byEstimate);
        Assert.Equal(0, sparse.RegionCount);
        Assert.All(sparse.Layers, l => Assert.False(l.Claimed));
    }

    [Fact]
    public void Create_damaged_or_missing_file_says_so()
    {
        Assert.Throws<InvalidModelException>(() => SparseSession.Create([1, 2, 3]));
        Assert.ThrowsAny<IOException>(() => SparseSession.Create("nowhere.onnx"));
    }

    [Fact]
    public void Create_twice_with_the_same_options_works_and_options_stay_usable()
    {
        byte[] bytes = SparseModels.Convolutions().ToByteArray();
        using var options = new SessionOptions { IntraOpNumThreads = 2 };
        using var first = NaiveSession.Of(bytes, session: options);
        using var second = NaiveSession.Of(bytes, session: options);
        using var dense = new InferenceSession(bytes, options);
        Assert.InRange(SparseAgreement.Difference(dense, first.Session, "first"), 0, 1e-5);
        Assert.InRange(SparseAgreement.Difference(dense, second.Session, "second"), 0, 1e-5);
    }

    [Fact]
    public void Run_zero_size_batch_gives_an_empty_output()
    {
        using var sparse = NaiveSession.Of(SparseModels.Convolutions(batch: -1).ToByteArray());
        using var x = OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), [0, 3, 8, 8]);
        using var outputs = sparse.Run(new Dictionary<string, OrtValue> { ["x"] = x });
        Assert.Equal([0, 8, 8, 8], outputs[0].GetTensorTypeAndShape().Shape);
    }

    [Fact]
    public void Run_all_overloads_agree()
    {
        using var sparse = NaiveSession.Of(SparseModels.Convolutions().ToByteArray());
        float[] input = SparseModels.Numbers(3 * 64, 1, 0), output = new float[8 * 64];
        using var x = OrtValue.CreateTensorValueFromMemory(input, [1, 3, 8, 8]);
        using var y = OrtValue.CreateTensorValueFromMemory(output, [1, 8, 8, 8]);
        using var options = new RunOptions();
        sparse.Run(options, ["x"], [x], ["y"], [y]);
        using var named = sparse.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(input, [1, 3, 8, 8]))]);
        using var values = sparse.Run(new Dictionary<string, OrtValue> { ["x"] = x });
        Assert.Equal(output, named[0].AsTensor<float>());
        Assert.Equal(output, values[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
