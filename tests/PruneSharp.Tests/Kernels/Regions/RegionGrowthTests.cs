using PruneSharp.Kernels;

namespace PruneSharp.Tests.Kernels;

public sealed class RegionGrowthTests
{
    private readonly GraphSketch sketch = new();

    [Fact]
    public void Layers_that_read_one_another_make_one_region()
    {
        string y = sketch.Each("Relu", Conv(Conv(sketch.Input("x", 1, 1, 4, 4))));
        Assert.Equal([[0, 1, 2]], Regions(y));
    }

    [Fact]
    public void A_layer_behind_an_operator_outside_does_not_join_the_region_before_it()
    {
        string a = Conv(sketch.Input("x", 1, 1, 4, 4));
        string y = sketch.Each("Add", a, Conv(sketch.Each("Softmax", a)));
        int[][] regions = Regions(y);
        Assert.Equal(2, regions.Length);
        Assert.DoesNotContain(regions, region => region.Contains(0) && region.Contains(2));
        Assert.Contains([2, 3], regions);
    }

    [Fact]
    public void A_sum_does_not_join_a_region_that_leads_to_itself_through_another()
    {
        // Two regions: 0 leads to 2 through Softmax, and 2 back to the sum of both through another one.
        string a = Conv(sketch.Input("x", 1, 1, 4, 4));
        string b = Conv(sketch.Each("Softmax", a));
        string c = Conv(sketch.Each("Softmax", b));
        string y = sketch.Each("Add", a, c);
        int[][] regions = Regions(y);
        Assert.Equal(3, regions.Length);
        Assert.Contains([4, 5], regions);
    }

    [Fact]
    public void A_sum_does_not_join_a_region_that_leads_to_the_other_one_by_another_way()
    {
        // 0-2 lead through Softmax into the region of 4 and 5; a sum of 2 and 4 in the region of 0-2 would lead back.
        string a = sketch.Each("Relu", sketch.Each("Sigmoid", Conv(sketch.Input("x", 1, 1, 4, 4))));
        string outside = sketch.Each("Softmax", a), k = Conv(sketch.Input("y", 1, 1, 4, 4));
        int[][] regions = Regions(sketch.Each("Add", k, outside), sketch.Each("Add", a, k));
        Assert.Equal([[0, 1, 2], [4, 5, 6]], regions);
    }

    [Fact]
    public void Layers_that_read_the_same_value_make_one_region()
    {
        string x = sketch.Input("x", 1, 1, 4, 4);
        Assert.Equal([[0, 1]], Regions(Conv(x), Conv(x)));
    }

    [Fact]
    public void Image_and_matrix_layers_stay_apart()
    {
        string a = Conv(sketch.Input("x", 1, 1, 4, 4));
        string y = sketch.MatMul(a, [4, 4], new float[16]);
        Assert.Equal([[0], [1]], Regions(a, y));
    }

    [Fact]
    public void A_bias_joins_only_a_product_that_nothing_else_reads()
    {
        string a = sketch.MatMul(sketch.Input("x", 3, 2), [2, 2], 1, 2, 3, 4);
        string y = sketch.Each("Add", a, sketch.Row(1, 2));
        Assert.Equal([[0, 1]], Regions(y));
        Assert.Equal([[0]], Regions(a, y));
    }

    [Fact]
    public void Operators_without_a_layer_before_them_make_no_region()
    {
        string y = sketch.Each("Relu", sketch.Input("x", 1, 1, 4, 4));
        Assert.Empty(Regions(y));
    }

    private string Conv(string x) => sketch.Conv(x, [1, 1, 1, 1], [0]);

    private int[][] Regions(params string[] outputs) =>
        [.. RegionFinder.Find(sketch.Graph(outputs), new AccelerateOptions { MinSparsity = 0, Claim = ClaimRule.Always }, timer: null).Regions.Select(region => region.ToArray())];
}
