using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>The cases of PyTorch's own tests of its pruning module (test/nn/test_pruning.py), by their order there.</summary>
public sealed class PyTorchCaseTests
{
    [Theory]
    [InlineData(1.1)]
    [InlineData(20.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Case01_fractions_outside_0_to_1_are_refused(double amount) => Assert.Throws<ArgumentOutOfRangeException>(() => new L1Unstructured(amount));

    [Fact]
    public void Case01_negative_counts_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new L1Unstructured(-10));

    [Fact]
    public void Case01_other_amounts_are_accepted()
    {
        foreach (Amount amount in new Amount[] { 0.34, 1500, 0, 0.0, 1, 1.0 })
            Assert.Equal(amount, new L1Unstructured(amount).amount);
    }

    [Theory]
    [InlineData(0.3, 0, 0)]
    [InlineData(1.0, 15, 15)]
    [InlineData(0.4, 17, 7)]
    [InlineData(0.5, 5, 2)]
    [InlineData(0.35, 10, 4)]
    [InlineData(0.25, 10, 2)]
    public void Case02_03_fractions_round_half_to_even(double amount, long size, long pruned)
    {
        using var mask = new L1Unstructured(amount).compute_mask(rand(size), ones(size));
        Assert.Equal(pruned, Values.ZeroCount(mask));
    }

    [Theory]
    [InlineData(19, 20, 19)]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(10, 15, 10)]
    [InlineData(1, 15, 1)]
    public void Case02_03_counts_are_taken_as_they_are(int amount, long size, long pruned)
    {
        using var mask = new L1Unstructured(amount).compute_mask(rand(size), ones(size));
        Assert.Equal(pruned, Values.ZeroCount(mask));
    }

    [Fact]
    public void Case02_more_units_than_there_are_is_an_error() =>
        Assert.Contains("19", Assert.Throws<ArgumentOutOfRangeException>(() => new L1Unstructured(20).compute_mask(rand(19), ones(19))).Message);

    [Fact]
    public void Case04_05_06_random_pruning_keeps_shapes_and_originals()
    {
        foreach (var module in new nn.Module[] { nn.Linear(5, 7), nn.Conv3d(2, 2, 2) })
        {
            foreach (string name in new[] { "weight", "bias" })
            {
                using var before = module.get_parameter(name)!.detach().clone();
                random_unstructured(module, name, 0.1);
                Assert.Equal(before.shape, effective(module, name).shape);
                Values.Equal(before, Values.Original(module, name));
                using var product = Values.Original(module, name) * Values.Mask(module, name);
                Values.Equal(product, effective(module, name));
            }
        }
    }

    [Fact]
    public void Case07_08_masks_of_ones_change_neither_outputs_nor_gradients()
    {
        var module = nn.Linear(5, 7);
        var input = randn(3, 5);
        var (output, gradient) = Run();
        identity(module, "weight");
        for (int round = 0; round < 2; round++)
        {
            module.get_parameter("weight_orig")!.grad = null;
            var (again, gradientAgain) = Run();
            Values.Equal(output, again);
            Values.Equal(gradient, gradientAgain);
        }

        custom_from_mask(module, "weight", ones(7, 5));
        module.get_parameter("weight_orig")!.grad = null;
        Values.Equal(gradient, Run().Gradient);

        (Tensor Output, Tensor Gradient) Run()
        {
            var result = module.call(input);
            result.sum().backward();
            return (result.detach(), (module.get_parameter("weight") ?? module.get_parameter("weight_orig"))!.grad!.clone());
        }
    }

    [Fact]
    public void Case09_gradients_of_the_original_are_masked_and_steps_leave_pruned_entries()
    {
        var module = nn.Linear(5, 7, hasBias: false);
        var mask = ones(7, 5);
        mask[1, 0] = 0;
        mask[0, 3] = 0;
        custom_from_mask(module, "weight", mask);
        using var before = Values.Original(module).detach().clone();
        var optimizer = optim.SGD(module.parameters(), 1);
        module.call(ones(1, 5)).sum().backward();
        Values.Equal(mask, Values.Original(module).grad!);
        optimizer.step();
        Values.Equal((before - mask).detach(), Values.Original(module).detach());
        module.call(ones(1, 5));
        Assert.Equal(0, module.weight[1, 0].item<float>());
        Assert.Equal(0, module.weight[0, 3].item<float>());
    }

    [Fact]
    public void Case10_11_forward_by_hand_and_after_remove()
    {
        var module = nn.Linear(5, 7);
        var input = ones(1, 5);
        l1_unstructured(module, "weight", 0.3);
        using var byHand = nn.functional.linear(input, Values.Original(module) * Values.Mask(module), module.bias);
        var output = module.call(input).detach();
        Values.Equal(byHand.detach(), output);
        remove(module, "weight");
        Values.Equal(output, module.call(input).detach());
    }

    [Fact]
    public void Case12_the_parameter_stays_the_same_object()
    {
        var module = nn.Linear(5, 7);
        var parameter = module.weight;
        l1_unstructured(module, "weight", 0.3);
        Assert.Same(parameter, Values.Original(module));
        Assert.Same(parameter, module.parameters().Last());
        remove(module, "weight");
        Assert.Same(parameter, module.weight);
        Assert.Same(parameter, module.get_parameter("weight"));
    }

    [Fact]
    public void Case13_a_saved_module_loads_into_a_prepared_one()
    {
        using var file = new MemoryStream();
        var module = l1_unstructured(nn.Linear(5, 7), "weight", 0.3);
        module.save(new BinaryWriter(file));
        file.Position = 0;
        var fresh = identity(nn.Linear(5, 7), "weight");
        fresh.load(new BinaryReader(file));
        var input = randn(2, 5);
        Values.Equal(module.call(input).detach(), fresh.call(input).detach());
    }

    [Fact]
    public void Case14_methods_are_kept_in_a_container()
    {
        var module = nn.Linear(5, 7);
        l1_unstructured(module, "weight", 0.1);
        using var first = Values.Mask(module).clone();
        ln_structured(module, "weight", 0.3, n: 2, dim: 0);
        ln_structured(module, "weight", 0.1, n: double.PositiveInfinity, dim: 1);
        var container = Assert.IsType<PruningContainer>(method_of(module, "weight"));
        Assert.Equal("weight", container.tensor_name);
        Assert.Equal([typeof(L1Unstructured), typeof(LnStructured), typeof(LnStructured)], container.Select(m => m.GetType()));
        Assert.Equal(0, Values.Mask(module).logical_and(first.eq(0)).sum().item<long>());
    }

    [Fact]
    public void Case15_a_container_refuses_other_tensors_and_nothing()
    {
        var container = new PruningContainer();
        var method = new L1Unstructured(2);
        l1_unstructured(nn.Linear(2, 2), "weight", 1);
        method.apply(nn.Linear(2, 2), "weight");
        Assert.Throws<ArgumentException>(() => container.add_pruning_method(method));
        Assert.Throws<ArgumentNullException>(() => container.add_pruning_method(null!));
    }

    [Fact]
    public void Case16_a_container_ranks_what_is_left()
    {
        using var t = tensor(new float[,] { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } });
        using var mask = tensor(new float[,] { { 1, 1, 1, 0 }, { 1, 1, 0, 1 } });
        Values.Equal(new float[,] { { 0, 0, 1, 0 }, { 1, 1, 0, 1 } }, new PruningContainer(new L1Unstructured(2)).compute_mask(t, mask));
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 1, 1, 0, 1 } }, new PruningContainer(new LnStructured(1, 2, dim: 0)).compute_mask(t, mask));
        Values.Equal(new float[,] { { 0, 1, 1, 0 }, { 0, 1, 0, 1 } }, new PruningContainer(new LnStructured(1, 2, dim: 1)).compute_mask(t, mask));
    }

    [Fact]
    public void Case17_l1_prunes_the_smallest_and_then_the_next()
    {
        var module = Values.Holding(new float[,] { { 1, 2, 3, 4 }, { -4, -3, -2, -1 } });
        l1_unstructured(module, "weight", 2);
        Values.Equal(new float[,] { { 0, 2, 3, 4 }, { -4, -3, -2, 0 } }, module.weight);
        l1_unstructured(module, "weight", 2);
        Values.Equal(new float[,] { { 0, 0, 3, 4 }, { -4, -3, 0, 0 } }, module.weight);
    }

    [Fact]
    public void Case18_l1_by_scores()
    {
        var module = Values.Holding(new float[,] { { 1, 2, 3, 4 }, { -4, -3, -2, -1 } });
        using var scores = tensor(new float[,] { { 4, 2, 1, 3 }, { -3, -1, -2, -4 } });
        l1_unstructured(module, "weight", 2, scores);
        Values.Equal(new float[,] { { 1, 2, 0, 4 }, { -4, 0, -2, -1 } }, module.weight);
    }

    [Fact]
    public void Case19_equal_magnitudes_prune_exactly_the_amount()
    {
        var module = new Weighted(randint(-1, 2, [10, 7]).to(float32) * 2);
        l1_unstructured(module, "weight", 0.2);
        Assert.Equal(14, Values.ZeroCount(Values.Mask(module)));
    }

    [Fact]
    public void Case20_random_structured_prunes_one_slice()
    {
        var module = new Weighted(rand(5, 4, 2) + 1);
        random_structured(module, "weight", 0.6, dim: 2);
        double[] slices = Values.Of(module.weight.sum([0, 1]));
        Assert.Equal(1, slices.Count(s => s == 0));
    }

    [Fact]
    public void Case21_channels_then_columns_of_a_convolution()
    {
        var module = new Weighted(tensor(new float[] { -2, -1, 1, 3, 1, 1, 1, 2, 0.25f, 1, 4, -1 }, [1, 3, 2, 2]));
        ln_structured(module, "weight", 1, n: 2, dim: 1);
        Assert.Equal(4, Values.ZeroCount(module.weight));
        Assert.Equal(0, module.weight[0, 1].abs().sum().item<float>());
        ln_structured(module, "weight", 1, n: 1, dim: -1);
        Assert.Equal([-2, 0, 1, 0, 0, 0, 0, 0, 0.25, 0, 4, 0], Values.Of(module.weight));
    }

    [Fact]
    public void Case22_channels_by_scores()
    {
        var module = new Weighted(ones(1, 3, 2, 2));
        using var scores = tensor(new float[] { 9, 9, 9, 9, 1, 1, 1, 1, 5, 5, 5, 5 }, [1, 3, 2, 2]);
        ln_structured(module, "weight", 1, n: 2, dim: 1, importance_scores: scores);
        Assert.Equal(0, module.weight[0, 1].sum().item<float>());
    }

    [Fact]
    public void Case23_24_remove_gives_names_and_values_back()
    {
        var module = nn.Linear(5, 7);
        Assert.Throws<ArgumentException>(() => remove(module, "weight"));
        l1_unstructured(module, "weight", 4);
        using var masked = module.weight.detach().clone();
        Assert.Equal(["bias", "weight_orig", "weight_mask"], module.state_dict().Keys);
        remove(module, "weight");
        Assert.Equal(["bias", "weight"], module.state_dict().Keys);
        Values.Equal(masked, module.weight);
        Assert.False(is_pruned(module));
        Assert.Throws<ArgumentException>(() => remove(module, "weight"));
    }

    [Fact]
    public void Case25_26_global_pruning_over_two_layers()
    {
        var m = nn.Linear(4, 2);
        var n = nn.Linear(3, 2);
        using (no_grad())
        {
            m.weight.copy_(tensor(new float[,] { { 1, 2, 3, 4 }, { -4, -3, -2, -1 } }));
            n.weight.copy_(tensor(new float[,] { { 0, 0.1f, -2 }, { -3, 0, 5 } }));
        }

        global_unstructured([(m, "weight"), (n, "weight")], new L1Unstructured(4));
        Values.Equal(new float[,] { { 0, 2, 3, 4 }, { -4, -3, -2, -1 } }, m.weight);
        Values.Equal(new float[,] { { 0, 0, -2 }, { -3, 0, 5 } }, n.weight);
        using var scores = tensor(new float[,] { { 9, 0.5f, 9, 9 }, { 9, 9, 9, 9 } });
        global_unstructured([(m, "weight"), (n, "weight")], amount: 1, new Dictionary<(nn.Module, string), Tensor> { [(m, "weight")] = scores });
        Assert.Equal(0, m.weight[0, 1].item<float>());
    }

    [Fact]
    public void Case27_custom_masks_are_merged()
    {
        var method = new CustomFromMask(tensor(new float[,] { { 0, 1 }, { 1, 1 } }));
        using var merged = method.compute_mask(rand(2, 2), tensor(new float[,] { { 1, 1 }, { 0, 1 } }));
        Values.Equal(new float[,] { { 0, 1 }, { 0, 1 } }, merged);
    }

    [Fact]
    public void Case28_a_method_that_throws_leaves_the_module_as_it_was()
    {
        var module = nn.Linear(5, 7);
        var weight = module.weight;
        Assert.Throws<InvalidOperationException>(() => new ThrowingMethod().apply(module, "weight"));
        Assert.Equal(["weight", "bias"], module.state_dict().Keys);
        Assert.Same(weight, module.weight);
        Assert.False(is_pruned(module));
    }

    [Fact]
    public void Case29_30_31_state_of_a_pruned_sequence()
    {
        var model = nn.Sequential(("fc1", nn.Linear(5, 10)), ("relu", nn.ReLU()), ("fc2", nn.Linear(10, 2)));
        var fc1 = model.named_children().First().module;
        l1_unstructured(fc1, "weight", 0.4);
        Assert.Equal(["fc1.bias", "fc1.weight_orig", "fc2.weight", "fc2.bias", "fc1.weight_mask"], model.state_dict().Keys);
        var other = nn.Sequential(("fc1", nn.Linear(5, 10)), ("relu", nn.ReLU()), ("fc2", nn.Linear(10, 2)));
        Assert.Throws<InvalidOperationException>(() => other.load_state_dict(model.state_dict()));
        identity(other.named_children().First().module, "weight");
        other.load_state_dict(model.state_dict());
        var input = randn(3, 5);
        Values.Equal(model.call(input).detach(), other.call(input).detach());
        remove(fc1, "weight");
        var plain = nn.Sequential(("fc1", nn.Linear(5, 10)), ("relu", nn.ReLU()), ("fc2", nn.Linear(10, 2)));
        plain.load_state_dict(model.state_dict());
        Values.Equal(model.call(input).detach(), plain.call(input).detach());
    }

    [Fact]
    public void Case32_33_prune_gives_a_copy_and_leaves_the_tensor()
    {
        using var t = tensor(new float[,] { { 1, -2 }, { 3, -4 } });
        Values.Equal(new float[,] { { 0, -2 }, { 3, -4 } }, new L1Unstructured(1).prune(t));
        using var scores = tensor(new float[,] { { 9, 8 }, { 1, 9 } });
        Values.Equal(new float[,] { { 1, -2 }, { 0, -4 } }, new L1Unstructured(1).prune(t, importance_scores: scores));
        Values.Equal(new float[,] { { 1, -2 }, { 3, -4 } }, t);
        Assert.Throws<ArgumentException>(() => new L1Unstructured(1).prune(t, importance_scores: ones(3)));
    }

    [Fact]
    public void Case34_a_recurrent_module_is_pruned_called_and_restored()
    {
        var lstm = nn.LSTM(3, 4);
        var input = randn(2, 1, 3);
        l1_unstructured(lstm, "weight_ih_l0", 0.5);
        var (output, _, _) = lstm.call(input);
        remove(lstm, "weight_ih_l0");
        var (again, _, _) = lstm.call(input);
        Values.Equal(output.detach(), again.detach());
        Assert.Equal(24, Values.ZeroCount(lstm.get_parameter("weight_ih_l0")!));
    }

    private sealed class ThrowingMethod : BasePruningMethod
    {
        public override PruningType PRUNING_TYPE => PruningType.unstructured;

        public override Tensor compute_mask(Tensor t, Tensor default_mask) => throw new InvalidOperationException("no mask today");
    }
}
