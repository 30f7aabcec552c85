using System.Text.RegularExpressions;
using Google.Protobuf;
using PruneSharp.Kernels;
using PruneSharp.Onnx;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed partial class RegionSearchTests
{
    private readonly string _file = Path.Combine(SparseFolder.New(), "decisions.json");
    private readonly List<string> _warnings = [];
    private readonly LayerGraph _graph = Graph();
    private int _findCount;

    [Fact]
    public void Find_second_time_takes_the_decision_without_measuring()
    {
        var first = Find(new() { CacheFile = _file, Threads = 1 });
        var second = Find(new() { CacheFile = _file, Threads = 1 });
        Assert.Equal(1, _findCount);
        Assert.Equal(first.Regions.Single(), second.Regions.Single());
        Assert.Equal(first.Layers, second.Layers);
        Find(new() { CacheFile = _file, Threads = 2 });
        Assert.Equal(2, _findCount);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Find_what_is_not_measured_leaves_the_file_alone()
    {
        Find(new() { CacheFile = _file, Claim = ClaimRule.Always });
        Find(new() { CacheFile = _file }, timer: null);
        Find(new() { CacheFile = _file, MinSparsity = 1 });
        Assert.False(File.Exists(_file));
    }

    [Theory]
    [InlineData("[[9999]]")]
    [InlineData("[[1,0]]")]
    [InlineData("[[-5]]")]
    [InlineData("[[0,1],[1,2]]")]
    [InlineData("[[0,2]]")]
    [InlineData("[[]]")]
    public void Find_regions_that_do_not_fit_are_named_and_replaced(string regions)
    {
        var options = new AccelerateOptions { CacheFile = _file, Threads = 1 };
        Find(options);
        File.WriteAllText(_file, Regions().Replace(File.ReadAllText(_file), $"\"regions\":{regions},\"layers\""));
        var plan = Find(options);
        Assert.Equal(2, _findCount);
        Assert.Equal([0, 1, 2, 3], plan.Regions.Single());
        Assert.Contains("does not fit the model and is made anew: ", Assert.Single(_warnings), StringComparison.Ordinal);
        Find(options);
        Assert.Equal(2, _findCount);
    }

    [GeneratedRegex("\"regions\":.*,\"layers\"")]
    private static partial Regex Regions();

    private static LayerGraph Graph()
    {
        using var model = OnnxModel.Of(SparseModels.Convolutions().ToByteArray());
        return ModelLayers.Of(model).Graph;
    }

    private RegionPlan Find(AccelerateOptions options, IDenseTimer? timer) => new RegionSearch(options, "1.31.1", _warnings.Add).Find(_graph, timer, (graph, given, _) =>
    {
        _findCount++;
        return RegionFinder.Find(graph, given with { Claim = ClaimRule.Always }, null);
    });

    private RegionPlan Find(AccelerateOptions options) => Find(options, new NoTimer());

    private sealed class NoTimer : IDenseTimer
    {
        public IDenseRun? Prepare(LayerGraph region, IReadOnlyList<long[]> inputShapes) => null;
    }
}
