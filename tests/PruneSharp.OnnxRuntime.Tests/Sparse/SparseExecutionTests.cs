using System.Text.Json;
using Google.Protobuf;
using PruneSharp.Kernels;
using Microsoft.ML.OnnxRuntime;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class SparseExecutionTests
{
    public static TheoryData<string> Toys => ToyTests.Toys;

    [Theory]
    [MemberData(nameof(Toys))]
    public void UseSparse_pruned_toy_gives_what_onnx_runtime_gives(string toy)
    {
        string path = SparseAgreement.PrunedToy(toy), report = Path.ChangeExtension(path, ".json");
        using var options = Options(report); // measured by default
        using var dense = new InferenceSession(path);
        using var sparse = new InferenceSession(path, options);
        Assert.InRange(SparseAgreement.Difference(dense, sparse, toy), 0, 1e-5);
        using var json = JsonDocument.Parse(File.ReadAllBytes(report));
        Assert.Equal(1, json.RootElement.GetProperty("schemaVersion").GetInt32());
    }

    [Fact]
    public void UseSparse_report_says_what_is_claimed_and_why()
    {
        string path = SparseAgreement.PrunedToy("unet.onnx"), report = Path.ChangeExtension(path, ".json");
        using var options = Options(report);
        using var sparse = new InferenceSession(path, options);
        using var json = JsonDocument.Parse(File.ReadAllBytes(report));
        var layers = json.RootElement.GetProperty("layers").EnumerateArray().ToList();
        Assert.NotEmpty(layers);
        Assert.Contains(layers, l => l.GetProperty("claimed").GetBoolean());
        Assert.All(layers, l => Assert.NotEmpty(l.GetProperty("reason").GetString()!));
    }

    [Fact]
    public void UseSparse_packed_model_is_claimed_too()
    {
        string path = SparseAgreement.PrunedToy("unet.onnx"), packed = Path.ChangeExtension(path, ".packed.onnx"), report = Path.ChangeExtension(path, ".json");
        ModelPacker.Pack(path, packed);
        using var options = Options(report);
        using var dense = new InferenceSession(path);
        using var sparse = new InferenceSession(packed, options);
        Assert.Contains("\"claimed\": true", File.ReadAllText(report), StringComparison.Ordinal);
        Assert.InRange(SparseAgreement.Difference(dense, sparse, "packed"), 0, 1e-5);
    }

    [Fact]
    public void UseSparse_result_that_a_branch_takes_from_outside_is_still_made()
    {
        byte[] bytes = SparseModels.Branching().ToByteArray();
        using var options = Options(null);
        using var dense = new InferenceSession(bytes);
        using var sparse = new InferenceSession(bytes, options);
        Assert.InRange(SparseAgreement.Difference(dense, sparse, "branching"), 0, 1e-5);
    }

    [Fact]
    public async Task UseSparse_several_sessions_and_threads_at_once_agree()
    {
        byte[] bytes = SparseModels.Convolutions().ToByteArray();
        string library = NativeLibraryFile.Path;
        using var dense = new InferenceSession(bytes);
        await Parallel.ForAsync(0, 16, TestContext.Current.CancellationToken, (_, _) =>
        {
            using var options = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            options.UseSparse(new SparseProviderOptions { LibraryPath = library, Accelerate = new() { Claim = ClaimRule.Estimated } });
            using var sparse = new InferenceSession(bytes, options);
            Parallel.For(0, 16, _ => Assert.InRange(SparseAgreement.Difference(dense, sparse, "model"), 0, 1e-5));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void UseSparse_zero_size_batch_gives_an_empty_output()
    {
        using var options = Options(null);
        using var sparse = new InferenceSession(SparseModels.Convolutions(batch: -1).ToByteArray(), options);
        using var x = OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), [0, 3, 8, 8]);
        using var run = new RunOptions();
        using var outputs = sparse.Run(run, new Dictionary<string, OrtValue> { ["x"] = x }, ["y"]);
        Assert.Equal([0, 8, 8, 8], outputs[0].GetTensorTypeAndShape().Shape);
    }

    [Fact]
    public void UseSparse_option_of_the_wrong_kind_is_refused_with_its_name()
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AppendExecutionProvider(OrtEnv.Instance(), SparseLibrary.Devices(NativeLibraryFile.Path), new Dictionary<string, string> { ["min_sparsity"] = "much" });
        var error = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(SparseModels.Convolutions().ToByteArray(), options));
        Assert.Contains("min_sparsity is 'much'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_no_library_names_the_places_and_the_way_without()
    {
        var error = Assert.Throws<FileNotFoundException>(() => SparseLibrary.Find("nowhere/libprunesharp.so"));
        Assert.Contains("SparseSession.Create", error.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet publish", error.Message, StringComparison.Ordinal);
    }

    private static SessionOptions Options(string? report)
    {
        string library = NativeLibraryFile.Path;
        var options = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.UseSparse(new SparseProviderOptions { LibraryPath = library, ReportFile = report, Accelerate = new() { Claim = ClaimRule.Always } });
        return options;
    }
}
