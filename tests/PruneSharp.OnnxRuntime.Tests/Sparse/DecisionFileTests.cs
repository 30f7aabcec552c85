using System.Collections.Immutable;
using PruneSharp.Kernels;
using PruneSharp.OrtApi;

namespace PruneSharp.OnnxRuntime.Tests;

public sealed class DecisionFileTests
{
    private readonly string _folder = SparseFolder.New();
    private readonly List<string> _warnings = [];

    private string Place => Path.Combine(_folder, "decisions.json");

    [Fact]
    public void Add_missing_file_is_made_and_leaves_nothing_beside_it()
    {
        var file = new DecisionFile(Place, _warnings.Add);
        Assert.Equal(0, file.Read().Count);
        file.Add("a", Plan(1));
        file.Add("b", Plan(2));
        Assert.Equal([1], file.Read().Find("a")!.Regions.Single());
        Assert.Equal([2], file.Read().Find("b")!.Regions.Single());
        Assert.Equal([Place], Directory.GetFileSystemEntries(_folder));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{\"schemaVersion\":9,\"decisions\":[]}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":[{\"key\":\"a\",\"reg")]
    public void Add_damaged_file_is_named_and_replaced(string content)
    {
        File.WriteAllText(Place, content);
        var file = new DecisionFile(Place, _warnings.Add);
        Assert.Equal(0, file.Read().Count);
        Assert.StartsWith($"The decision cache {Place} is not used: it", Assert.Single(_warnings), StringComparison.Ordinal);
        file.Add("a", Plan(1));
        Assert.Equal(1, file.Read().Count);
        Assert.Single(_warnings);
    }

    [Fact]
    public void Read_huge_file_is_not_read()
    {
        using (var huge = File.Create(Place))
            huge.SetLength(1L << 40); // takes no room
        Assert.Equal(0, new DecisionFile(Place, _warnings.Add).Read().Count);
        Assert.Contains("expected at most 16777216", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_folder_or_missing_folder_or_bad_name_costs_messages_only()
    {
        foreach (string place in (string[])[_folder, Path.Combine(_folder, "no", "such", "file"), "a\0b", new string('x', 5000), ""])
        {
            _warnings.Clear();
            var file = new DecisionFile(place, _warnings.Add);
            Assert.Equal(0, file.Read().Count);
            file.Add("a", Plan(1));
            Assert.NotEmpty(_warnings);
            Assert.Contains("cannot be written", _warnings[^1], StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Add_from_many_threads_leaves_a_sound_file()
    {
        Parallel.For(0, 64, i => new DecisionFile(Place, _ => Assert.Fail("warned")).Add($"{i}", Plan(i)));
        var cache = new DecisionFile(Place, _warnings.Add).Read();
        Assert.InRange(cache.Count, 1, 64);
        Assert.Empty(_warnings);
        Assert.Equal([Place], Directory.GetFileSystemEntries(_folder));
    }

    private static RegionPlan Plan(int node) => new([ImmutableArray.Create(node)], []);
}
