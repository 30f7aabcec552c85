using CsCheck;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>What each method prunes.</summary>
public sealed class MethodTests
{
    [Fact]
    public void Selection_by_libtorch_gives_the_masks_of_the_core() =>
        Gen.Select(Gen.Int[-3, 3].Array[0, 60], Gen.Double[0, 1], Gen.OneOf(Gen.Const(float32), Gen.Const(float64), Gen.Const(float16), Gen.Const(bfloat16), Gen.Const(int64))).Sample((values, amount, type) =>
        {
            using var scope = NewDisposeScope();
            var t = tensor(Array.ConvertAll(values, v => (double)v)).to(type);
            var like = ones(t.shape);
            foreach (var (core, torch) in new (BasePruningMethod, BasePruningMethod)[]
            {
                (new L1Unstructured(amount), new L1Unstructured(amount) { SelectsByTorch = true }),
                (new L2Unstructured(amount), new L2Unstructured(amount) { SelectsByTorch = true }),
                (new RandomUnstructured(amount, 7), new RandomUnstructured(amount, 7) { SelectsByTorch = true }),
            })
            {
                Values.Equal(core.compute_mask(t, like), torch.compute_mask(t, like));
            }
        });

    [Fact]
    public void Selection_by_libtorch_names_scores_that_are_no_numbers()
    {
        var method = new L1Unstructured(1) { SelectsByTorch = true };
        Assert.Equal(2, Assert.Throws<NaNScoreException>(() => method.compute_mask(tensor(new[] { 1, 2, float.NaN }), ones(3))).Index);
    }

    [Fact]
    public void L2_prunes_what_L1_prunes()
    {
        using var t = randn(40, 30);
        Values.Equal(new L1Unstructured(0.37).compute_mask(t, ones(40, 30)), new L2Unstructured(0.37).compute_mask(t, ones(40, 30)));
    }

    [Fact]
    public void Random_methods_repeat_by_seed_and_by_manual_seed()
    {
        Values.Equal(Mask(() => new RandomUnstructured(0.5, 3)), Mask(() => new RandomUnstructured(0.5, 3)));
        Assert.NotEqual(Values.Of(Mask(() => new RandomUnstructured(0.5, 3))), Values.Of(Mask(() => new RandomUnstructured(0.5, 4))));
        manual_seed(1);
        var first = Mask(() => new RandomStructured(0.5, 0));
        manual_seed(1);
        Values.Equal(first, Mask(() => new RandomStructured(0.5, 0)));

        static Tensor Mask(Func<BasePruningMethod> create) => create().compute_mask(ones(20, 10), ones(20, 10));
    }

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(2.0, 0)]
    [InlineData(0.0, 1)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(double.NegativeInfinity, 1)]
    public void Norms_over_all_other_dimensions(double n, int pruned) => AssertPruned(n, pruned);

    [Theory]
    [InlineData("fro", 0)]
    [InlineData("nuc", 0)]
    public void Named_norms_over_all_other_dimensions(string n, int pruned) => AssertPruned(n, pruned);

    // L1 4 and 3, L2 2 and 3, largest 1 and 3, smallest 1 and 0; singular values 2 of all ones and 3 of the single entry.
    private static void AssertPruned(NormOrder n, int pruned)
    {
        using var t = tensor(new float[] { 1, 1, 1, 1, 0, 0, 0, 3 }, [2, 2, 2]);
        using var mask = new LnStructured(1, n, dim: 0).compute_mask(t, ones_like(t));
        Assert.Equal(0, mask[pruned].sum().item<float>());
        Assert.Equal(4, mask.sum().item<float>());
    }

    [Theory]
    [InlineData("l1")]
    [InlineData("")]
    public void Unknown_norms_are_refused(string name) => Assert.Throws<ArgumentException>(() => new LnStructured(1, name, 0));

    [Fact]
    public void Structured_pruning_needs_dimensions_that_are_there()
    {
        Assert.Contains("2 dimensions", Assert.Throws<ArgumentException>(() => ln_structured(nn.Linear(2, 3), "bias", 1, n: 2, dim: 0)).Message);
        foreach (long dim in new long[] { 2, -3 })
            Assert.Contains("-2..1", Assert.Throws<ArgumentOutOfRangeException>(() => ln_structured(nn.Linear(2, 3), "weight", 1, n: 2, dim)).Message);
        Assert.Contains("only 3", Assert.Throws<ArgumentOutOfRangeException>(() => random_structured(nn.Linear(2, 3), "weight", 4, dim: 0)).Message);
    }

    [Fact]
    public void N_of_M_keeps_the_largest_of_each_group_and_prefers_what_is_left()
    {
        var module = Values.Holding(new float[,] { { 1, -4, 3, 2, 5, 6, -8, 7 }, { 4, 3, 2, 1, 0, 0, 0, 0 } });
        nm_structured(module, "weight", 2, 4);
        Values.Equal(new float[,] { { 0, 1, 1, 0, 0, 0, 1, 1 }, { 1, 1, 0, 0, 0, 0, 1, 1 } }, Values.Mask(module));

        var pruned = Values.Holding(new float[,] { { 0, 0, 0, 0 } });
        custom_from_mask(pruned, "weight", tensor(new float[,] { { 1, 1, 0, 0 } }));
        nm_structured(pruned, "weight", 2, 4);
        Values.Equal(new float[,] { { 1, 1, 0, 0 } }, Values.Mask(pruned));
    }

    [Fact]
    public void N_of_M_of_a_convolution_runs_along_the_input_channels()
    {
        var convolution = nm_structured(nn.Conv2d(8, 4, 3), "weight", 2, 4);
        using var groups = Values.Mask(convolution).view(4, 2, 4, 3, 3).sum(2);
        Assert.All(Values.Of(groups), kept => Assert.Equal(2, kept));
        var transposed = nm_structured(nn.ConvTranspose2d(8, 4, 3), "weight", 2, 4);
        using var transposedGroups = Values.Mask(transposed).view(2, 4, 4, 3, 3).sum(1);
        Assert.All(Values.Of(transposedGroups), kept => Assert.Equal(2, kept));
    }

    [Fact]
    public void Blocks_are_ranked_by_their_mean_and_counted_among_those_left()
    {
        var module = Values.Holding(new float[,] { { 1, 1, 5, 5 }, { 1, 1, 5, 5 }, { 3, 3, 4, 4 } });
        block_structured(module, "weight", 1, rows: 2, columns: 2);
        Values.Equal(new float[,] { { 0, 0, 5, 5 }, { 0, 0, 5, 5 }, { 3, 3, 4, 4 } }, module.weight);
        block_structured(module, "weight", 0.34, rows: 2, columns: 2);
        Values.Equal(new float[,] { { 0, 0, 5, 5 }, { 0, 0, 5, 5 }, { 0, 0, 4, 4 } }, module.weight);
        Assert.Throws<ArgumentOutOfRangeException>(() => block_structured(module, "weight", 3, rows: 2, columns: 2));
    }

    [Fact]
    public void FPGM_prunes_the_filter_nearest_to_the_others()
    {
        var module = Values.Holding(new float[,] { { 0, 0 }, { 10, 0 }, { 0, 10 }, { 3, 3 } });
        fpgm_structured(module, "weight", 1);
        Values.Equal(new float[,] { { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 } }, Values.Mask(module));
    }

    [Fact]
    public void A_users_method_is_applied_repeated_and_removed()
    {
        var module = nn.Linear(4, 4);
        new EveryOther().apply(module, "weight");
        Assert.Equal(8, Values.ZeroCount(Values.Mask(module)));
        new EveryOther().apply(module, "weight");
        Assert.Equal(12, Values.ZeroCount(Values.Mask(module)));
        Assert.Equal(2, Assert.IsType<PruningContainer>(method_of(module, "weight")).Count);
        global_unstructured([(module, "weight"), (nn.Linear(2, 2), "weight")], new EveryOther());
        Assert.Equal(14, Values.ZeroCount(Values.Mask(module)));
        remove(module, "weight");
    }

    [Fact]
    public void A_users_method_with_a_wrong_mask_is_refused()
    {
        var module = nn.Linear(4, 4);
        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => new Returning(ones(3)).apply(module, "weight")).Message);
        Assert.Contains("0.5", Assert.Throws<ArgumentException>(() => new Returning(ones(4, 4) * 0.5).apply(module, "weight")).Message);
        Assert.False(is_pruned(module));
    }

    [Fact]
    public void A_users_method_may_return_the_mask_it_was_given()
    {
        var module = nn.Linear(4, 4);
        new Keeping().apply(module, "weight");
        new Keeping().apply(module, "weight");
        Assert.Equal(0, Values.ZeroCount(Values.Mask(module)));
    }

    [Fact]
    public void A_container_is_neither_applied_nor_contained()
    {
        var module = l1_unstructured(l1_unstructured(nn.Linear(4, 4), "weight", 2), "weight", 1);
        var container = Assert.IsType<PruningContainer>(method_of(module, "weight"));
        Assert.Throws<ArgumentException>(() => container.apply(module, "weight"));
        Assert.Throws<ArgumentException>(() => container.add_pruning_method(container));
        Assert.Equal(2, container.Count);
    }

    [Fact]
    public void A_module_with_tensors_of_the_names_that_pruning_needs_is_refused()
    {
        var module = new Weighted(ones(2, 2));
        module.register_buffer("weight_mask", ones(2, 2));
        Assert.Contains("weight_mask", Assert.Throws<ArgumentException>(() => l1_unstructured(module, "weight", 1)).Message);
        Assert.Equal(["weight", "weight_mask"], module.state_dict().Keys);
    }

    [Fact]
    public void A_method_object_prunes_one_name()
    {
        var method = new L1Unstructured(1);
        method.apply(nn.Linear(2, 2), "weight");
        method.apply(nn.Linear(2, 2), "weight");
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => method.apply(nn.Linear(2, 2), "bias")).Message);
    }

    private sealed class EveryOther : BasePruningMethod
    {
        public override PruningType PRUNING_TYPE => PruningType.unstructured;

        public override Tensor compute_mask(Tensor t, Tensor default_mask)
        {
            var mask = default_mask.clone();
            mask.view(-1)[TensorIndex.Slice(step: 2)] = 0;
            return mask;
        }
    }

    private sealed class Keeping : BasePruningMethod
    {
        public override PruningType PRUNING_TYPE => PruningType.unstructured;

        public override Tensor compute_mask(Tensor t, Tensor default_mask) => default_mask;
    }

    private sealed class Returning(Tensor mask) : BasePruningMethod
    {
        public override PruningType PRUNING_TYPE => PruningType.unstructured;

        public override Tensor compute_mask(Tensor t, Tensor default_mask) => mask;
    }
}
