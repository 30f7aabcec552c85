using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Kernels;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class DecisionCacheSessionTests
{
    private static readonly byte[] _model = SparseModels.Convolutions().ToByteArray();

    private readonly string _cache = Path.Combine(SparseFolder.New(), "decisions.json");

    [Fact]
    public void Create_second_session_takes_the_decisions_of_the_first()
    {
        using var first = SparseSession.Create(_model, options: Options);
        byte[] written = File.ReadAllBytes(_cache);
        using var second = SparseSession.Create(_model, options: Options);
        Assert.Equal(first.Layers, second.Layers); // the times in the reasons too
        Assert.Equal(first.RegionCount, second.RegionCount);
        Assert.Equal(written, File.ReadAllBytes(_cache));
        Assert.Empty(second.Warnings);
        using var dense = new InferenceSession(_model);
        Assert.InRange(SparseAgreement.Difference(dense, second.Session, "cached"), 0, 1e-5);
    }

    [Fact]
    public void Create_damaged_cache_is_replaced_with_a_warning()
    {
        File.WriteAllText(_cache, "nonsense");
        using var first = SparseSession.Create(_model, options: Options);
        Assert.Contains("is not used: it is not JSON of decisions", Assert.Single(first.Warnings), StringComparison.Ordinal);
        using var second = SparseSession.Create(_model, options: Options);
        Assert.Empty(second.Warnings);
    }

    [Fact]
    public void Create_cache_that_is_a_folder_costs_warnings_only()
    {
        using var sparse = SparseSession.Create(_model, options: Options with { CacheFile = Path.GetDirectoryName(_cache) });
        Assert.Equal(2, sparse.Warnings.Length);
        using var dense = new InferenceSession(_model);
        Assert.InRange(SparseAgreement.Difference(dense, sparse.Session, "folder"), 0, 1e-5);
    }

    [Fact]
    public void UseSparse_second_session_takes_the_decisions_of_the_first()
    {
        string first = Report(_cache);
        byte[] written = File.ReadAllBytes(_cache);
        Assert.Equal(first, Report(_cache));
        Assert.Equal(written, File.ReadAllBytes(_cache));
        File.WriteAllText(_cache, "{\"schemaVersion\":7}");
        Assert.Contains("is not used: its schemaVersion is 7, expected 1", Warning(Report(_cache)), StringComparison.Ordinal);
        Assert.Null(Warning(Report(_cache)));
    }

    [Fact]
    public void UseSparse_cache_that_cannot_be_written_costs_a_warning_only() =>
        Assert.Contains("cannot be written", Warning(Report(Path.GetDirectoryName(_cache)!)), StringComparison.Ordinal);

    private AccelerateOptions Options => new() { CacheFile = _cache, Threads = 1 };

    private static string? Warning(string report)
    {
        using var json = JsonDocument.Parse(report);
        return json.RootElement.GetProperty("warnings").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.String } warning ? warning.GetString() : null;
    }

    private static string Report(string cache)
    {
        string report = Path.Combine(SparseFolder.New(), "report.json"), library = NativeLibraryFile.Path;
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.UseSparse(new SparseProviderOptions { LibraryPath = library, ReportFile = report, Accelerate = new() { CacheFile = cache } });
        using var dense = new InferenceSession(_model);
        using var sparse = new InferenceSession(_model, options);
        Assert.InRange(SparseAgreement.Difference(dense, sparse, "cached"), 0, 1e-5);
        return File.ReadAllText(report);
    }
}
