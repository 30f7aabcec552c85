using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Whatever ONNX Runtime runs, runs with sparse kernels too and gives the same, in both routes.</summary>
public sealed class HostileModelTests
{
    private static readonly Dictionary<string, int>[] _sizes =
    [
        .. new[] { (1, 10, 10), (2, 17, 9), (5, 1, 1), (3, 33, 40), (1, 10, 10), (4, 2, 31) }
            .Select(size => new Dictionary<string, int> { ["batch"] = size.Item1, ["one"] = 1, ["height"] = size.Item2, ["width"] = size.Item3 }),
    ];

    public static TheoryData<string, ClaimRule> Models => Combined(HostileModels.All.Keys);

    public static TheoryData<int> Opsets => [.. Enumerable.Range(7, 15)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Create_unkind_model_gives_what_onnx_runtime_gives(string name, ClaimRule claim) => AssertSession(HostileModels.All[name](), claim);

    [Theory]
    [MemberData(nameof(Models))]
    public void UseSparse_unkind_model_gives_what_onnx_runtime_gives(string name, ClaimRule claim) => AssertProvider(HostileModels.All[name](), claim);

    [Theory]
    [MemberData(nameof(Opsets))]
    public void Create_operators_of_every_set_are_understood(int opset) => Assert.True(AssertSession(HostileModels.Spelled(opset), ClaimRule.Always) > 0);

    [Theory]
    [MemberData(nameof(Opsets))]
    public void UseSparse_operators_of_every_set_are_understood(int opset) => AssertProvider(HostileModels.Spelled(opset), ClaimRule.Always);

    // A sparse kernel takes no zero weight times NaN or infinity, so what comes behind such a layer may be finite where the dense one is not.
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    public void Create_weights_that_are_not_finite_stay_and_all_else_runs(float number)
    {
        byte[] bytes = HostileModels.Odd(number).ToByteArray();
        using var quiet = Quiet();
        using var sparse = SparseSession.Create(bytes, options: new() { Claim = ClaimRule.Always }, session: quiet);
        var layer = sparse.Layers.Single(l => l.Node == "Conv_2");
        Assert.Equal(float.IsFinite(number), layer.Claimed);
        Assert.True(layer.Claimed || layer.Reason == "its weights are not all finite");
        AssertFiniteAgree(bytes, sparse.Session);
        using var options = Provider(ClaimRule.Always);
        using var provided = new InferenceSession(bytes, options);
        AssertFiniteAgree(bytes, provided);
    }

    [Fact]
    public void Create_sizes_from_several_threads_at_once_agree()
    {
        byte[] bytes = HostileModels.All["dynamic"]().ToByteArray();
        using var dense = new InferenceSession(bytes);
        using var sparse = SparseSession.Create(bytes, options: new() { Claim = ClaimRule.Always, Threads = 2 });
        Parallel.For(0, 60, i => AssertAgree(dense, sparse.Session, _sizes[i % _sizes.Length]));
    }

    [Fact]
    public void UseSparse_sizes_from_several_threads_at_once_agree()
    {
        byte[] bytes = HostileModels.All["dynamic"]().ToByteArray();
        using var options = Provider(ClaimRule.Always);
        using var dense = new InferenceSession(bytes);
        using var sparse = new InferenceSession(bytes, options);
        Parallel.For(0, 60, i => AssertAgree(dense, sparse, _sizes[i % _sizes.Length]));
    }

    private static TheoryData<string, ClaimRule> Combined(IEnumerable<string> names)
    {
        var data = new TheoryData<string, ClaimRule>();
        foreach (string name in names)
            foreach (var claim in (ClaimRule[])[ClaimRule.Always, ClaimRule.Estimated, ClaimRule.Measured])
                data.Add(name, claim);
        return data;
    }

    private static int AssertSession(ModelProto model, ClaimRule claim)
    {
        byte[] bytes = model.ToByteArray();
        using var plain = Quiet();
        using var dense = new InferenceSession(bytes, plain);
        using var quiet = Quiet();
        using var sparse = SparseSession.Create(bytes, options: new() { Claim = claim }, session: quiet);
        Assert.Empty(sparse.Warnings);
        AssertAgree(dense, sparse.Session);
        return sparse.RegionCount;
    }

    private static void AssertProvider(ModelProto model, ClaimRule claim)
    {
        byte[] bytes = model.ToByteArray();
        using var options = Provider(claim);
        using var plain = Quiet();
        using var dense = new InferenceSession(bytes, plain);
        using var sparse = new InferenceSession(bytes, options);
        AssertAgree(dense, sparse);
    }

    private static void AssertAgree(InferenceSession dense, InferenceSession sparse)
    {
        foreach (var sizes in _sizes)
            AssertAgree(dense, sparse, sizes);
    }

    private static void AssertAgree(InferenceSession dense, InferenceSession sparse, Dictionary<string, int> sizes)
    {
        var symbols = dense.InputMetadata.Values.SelectMany(input => input.SymbolicDimensions).ToHashSet(StringComparer.Ordinal);
        Assert.InRange(SparseAgreement.Difference(dense, sparse, "model", sizes.Where(size => symbols.Contains(size.Key)).ToDictionary()), 0, 1e-5);
    }

    private static void AssertFiniteAgree(byte[] bytes, InferenceSession sparse)
    {
        using var plain = Quiet();
        using var dense = new InferenceSession(bytes, plain);
        using var x = OrtValue.CreateTensorValueFromMemory(SparseModels.Numbers(800, 1, 0), [1, 8, 10, 10]);
        using var run = new RunOptions();
        using var expected = dense.Run(run, new Dictionary<string, OrtValue> { ["x"] = x }, dense.OutputNames);
        using var found = sparse.Run(run, new Dictionary<string, OrtValue> { ["x"] = x }, dense.OutputNames);
        float[] right = expected[0].GetTensorDataAsSpan<float>().ToArray(), ours = found[0].GetTensorDataAsSpan<float>().ToArray();
        float scale = right.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        Assert.All(right.Zip(ours).Where(pair => float.IsFinite(pair.First)), pair => Assert.InRange(pair.Second, pair.First - 1e-5f * scale, pair.First + 1e-5f * scale));
    }

    private static SessionOptions Quiet() => new() { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private static SessionOptions Provider(ClaimRule claim)
    {
        string library = NativeLibraryFile.Path;
        var options = Quiet();
        options.UseSparse(new SparseProviderOptions { LibraryPath = library, Accelerate = new() { Claim = claim } });
        return options;
    }
}
