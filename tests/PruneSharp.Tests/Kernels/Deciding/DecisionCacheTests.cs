using System.Text;
using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class DecisionCacheTests
{
    [Fact]
    public void ToJson_and_Parse_give_the_same_decisions_back()
    {
        DecisionCache cache = DecisionCache.Empty.With("a", DecisionGraphs.Plan([0, 1])).With("b \" ü", DecisionGraphs.Plan([0], [3, 4]));
        DecisionCache read = DecisionCache.Parse(cache.ToJson());
        Assert.Equal(2, read.Count);
        Assert.Equal([0, 1], Assert.Single(read.Find("a")!.Regions));
        Assert.Equal(2, read.Find("b \" ü")!.Regions.Length);
        Assert.Equal(cache.Find("a")!.Layers, read.Find("a")!.Layers);
        Assert.Null(read.Find("c"));
    }

    [Fact]
    public void With_the_same_key_replaces_and_the_oldest_go()
    {
        DecisionCache cache = DecisionCache.Empty;
        for (int i = 0; i < 70; i++) cache = cache.With($"{i}", DecisionGraphs.Plan([0]));
        cache = cache.With("69", DecisionGraphs.Plan([3]));
        Assert.Equal(DecisionCache.MostEntries, cache.Count);
        Assert.Null(cache.Find("5"));
        Assert.NotNull(cache.Find("6"));
        Assert.Equal([3], Assert.Single(cache.Find("69")!.Regions));
        Assert.Equal(DecisionCache.MostEntries, DecisionCache.Parse(cache.ToJson()).Count);
    }

    [Fact]
    public void ToJson_too_long_drops_the_oldest()
    {
        string longKey = new('k', DecisionCache.MostBytes / 3);
        DecisionCache cache = DecisionCache.Empty;
        for (int i = 0; i < 5; i++) cache = cache.With(longKey + i, DecisionGraphs.Plan([0]));
        byte[] json = cache.ToJson();
        Assert.InRange(json.Length, 1, DecisionCache.MostBytes);
        DecisionCache read = DecisionCache.Parse(json);
        Assert.Equal(2, read.Count);
        Assert.NotNull(read.Find(longKey + 4));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("{\"schemaVersion\":\"1\",\"decisions\":[]}")]
    [InlineData("{\"schemaVersion\":1e99,\"decisions\":[]}")]
    [InlineData("{\"schemaVersion\":2,\"decisions\":[]}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":{}}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":[1]}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":[{\"key\":null,\"regions\":[],\"layers\":[]}]}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":[{\"key\":\"a\",\"regions\":[[1.5]],\"layers\":[]}]}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":[{\"key\":\"a\",\"regions\":[[99999999999]],\"layers\":[]}]}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":[{\"key\":\"a\",\"regions\":[[1]],\"layers\":[{\"node\":\"n\"}]}]}")]
    [InlineData("{\"schemaVersion\":1,\"decisions\":[{\"key\":\"\\ud800\",\"regions\":[[1]],\"layers\":[]}]}")]
    public void Parse_something_else_is_refused(string json) => Assert.Throws<FormatException>(() => DecisionCache.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Parse_cut_off_or_flipped_anywhere_never_throws_anything_else()
    {
        byte[] json = DecisionCache.Empty.With("a", DecisionGraphs.Plan([0, 1], [3])).ToJson();
        for (int length = 0; length < json.Length; length++) Assert.Throws<FormatException>(() => DecisionCache.Parse(json.AsMemory(0, length)));
        for (int at = 0; at < json.Length; at++)
        {
            foreach (byte other in (byte[])[0, 0xff, (byte)'"', (byte)'9', (byte)'['])
            {
                byte[] damaged = [.. json];
                damaged[at] = other;
                try
                {
                    DecisionCache.Parse(damaged);
                }
                catch (FormatException)
                {
                    continue;
                }
            }
        }
    }

    [Fact]
    public void Parse_nested_without_end_or_too_long_is_refused()
    {
        Assert.Throws<FormatException>(() => DecisionCache.Parse(Encoding.UTF8.GetBytes(new string('[', 100000))));
        Assert.Throws<FormatException>(() => DecisionCache.Parse(new byte[DecisionCache.MostBytes + 1]));
    }
}
