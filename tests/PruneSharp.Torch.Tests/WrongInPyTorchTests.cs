using TorchSharp;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>What PyTorch gets wrong and this must get right, one test a case.</summary>
public sealed class WrongInPyTorchTests
{
    [Fact]
    public void A_second_prune_that_fails_changes_nothing()
    {
        var module = l1_unstructured(nn.Linear(5, 7), "weight", 0.5);
        using var mask = Values.Mask(module).clone();
        int left = (int)mask.sum().item<float>();
        Assert.Throws<ArgumentOutOfRangeException>(() => l1_unstructured(module, "weight", left + 1));
        Values.Equal(mask, Values.Mask(module));
        Assert.IsType<L1Unstructured>(method_of(module, "weight"));
        l1_unstructured(module, "weight", left);
        Assert.Equal(0, remove(module, "weight").weight.abs().sum().item<float>());
    }

    [Fact]
    public void An_absent_bias_is_named_and_nothing_changes()
    {
        var module = nn.Linear(5, 7, hasBias: false);
        var error = Assert.Throws<ArgumentException>(() => l1_unstructured(module, "bias", 0.5));
        Assert.Contains("no bias", error.Message);
        Assert.Equal(["weight"], module.state_dict().Keys);
    }

    [Fact]
    public void An_unknown_parameter_is_an_error_with_the_names_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => l1_unstructured(nn.Linear(5, 7), "wieght", 0.5));
        Assert.Contains("weight, bias", error.Message);
        Assert.Contains("Did you mean weight?", error.Message);
    }

    [Fact]
    public void A_parameter_listed_twice_is_named_and_nothing_changes()
    {
        var a = nn.Linear(5, 7);
        var b = nn.Linear(5, 7);
        var error = Assert.Throws<ArgumentException>(() => global_unstructured([(a, "weight"), (b, "weight"), (a, "weight")], amount: 0.5));
        Assert.Contains("Linear.weight (number 2 of the list) is listed twice", error.Message);
        Assert.False(is_pruned(a) || is_pruned(b));
    }

    [Fact]
    public void A_global_prune_that_fails_on_one_parameter_changes_none()
    {
        var a = nn.Linear(5, 7);
        var b = nn.Linear(5, 7, hasBias: false);
        Assert.Throws<ArgumentException>(() => global_unstructured([(a, "weight"), (b, "bias")], amount: 0.5));
        Assert.False(is_pruned(a) || is_pruned(b));
    }

    [Fact]
    public void Channels_last_weights_give_the_masks_of_contiguous_ones()
    {
        using var values = randn(8, 4, 3, 3);
        var contiguous = new Weighted(values.clone());
        var channelsLast = new Weighted(values.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        Assert.False(channelsLast.weight.is_contiguous());
        foreach (var module in new[] { contiguous, channelsLast })
        {
            l1_unstructured(module, "weight", 0.3);
            ln_structured(module, "weight", 2, n: 2, dim: 0);
            l1_unstructured(module, "weight", 20);
        }

        Values.Equal(Values.Mask(contiguous), Values.Mask(channelsLast));
        Values.Equal(contiguous.weight, channelsLast.weight);
        using (no_grad())
            Values.Equal(contiguous.call(ones(1)), channelsLast.call(ones(1)));
        Values.Equal(remove(contiguous, "weight").weight, remove(channelsLast, "weight").weight);
    }

    [Fact]
    public void Refresh_shows_the_weight_after_a_step_without_a_call()
    {
        var module = l1_unstructured(nn.Linear(5, 7), "weight", 0.5);
        using (no_grad())
            Values.Original(module).mul_(2);
        using var expected = (Values.Original(module) * Values.Mask(module)).detach();
        Values.Equal(expected, refresh(module).weight.detach());
    }

    [Fact]
    public void A_pruned_model_can_be_copied()
    {
        var model = Create();
        l1_unstructured(model.get_submodule("0"), "weight", 0.5);
        ln_structured(model.get_submodule("0"), "weight", 1, n: 2, dim: 0);
        l1_unstructured(model.get_submodule("2"), "weight_ih_l0", 0.5);
        var twin = copy(model, Create);
        Assert.Equal(model.state_dict().Keys, twin.state_dict().Keys);
        foreach (var (name, value) in model.state_dict())
            Values.Equal(value, twin.state_dict()[name]);
        var container = Assert.IsType<PruningContainer>(method_of(twin.get_submodule("0"), "weight"));
        Assert.Equal(2, container.Count);
        remove_all(twin);
        Assert.True(is_pruned(model));
        Assert.False(is_pruned(twin));

        static Parts Create() => new(nn.Linear(5, 7), nn.ReLU(), nn.LSTM(7, 3));
    }

    [Fact]
    public void A_copy_keeps_originals_and_types()
    {
        var model = Create();
        l1_unstructured(model.get_submodule("0"), "weight", 0.5);
        var twin = copy(model, Create);
        Values.Equal(original(model.get_submodule("0"), "weight"), original(twin.get_submodule("0"), "weight"));
        Assert.Equal(model.state_dict().Values.Select(t => t.dtype), twin.state_dict().Values.Select(t => t.dtype));

        static Parts Create() => new(nn.Embedding(4, 4), nn.Linear(4, 4).to(float64), nn.BatchNorm1d(4));
    }

    [Fact]
    public void A_copy_needs_a_module_of_the_same_architecture()
    {
        var module = l1_unstructured(nn.Linear(5, 7), "weight", 0.5);
        Assert.Contains("itself", Assert.Throws<ArgumentException>(() => copy(module, () => module)).Message);
        Assert.Contains("weight_orig", Assert.Throws<ArgumentException>(() => copy(module, () => nn.Linear(7, 5))).Message);
    }

    [Fact]
    public void Modules_that_share_a_weight_both_see_the_mask()
    {
        var encoder = nn.Linear(6, 6);
        var decoder = nn.Linear(6, 6);
        decoder.weight = encoder.weight;
        var other = nn.Linear(6, 6);
        global_unstructured([(encoder, "weight"), (other, "weight"), (decoder, "weight")], amount: 0.5);
        Values.Equal(Values.Mask(encoder), Values.Mask(decoder));
        Values.Equal(encoder.weight, decoder.weight);
        Assert.Equal(36, Values.ZeroCount(Values.Mask(encoder)) + Values.ZeroCount(Values.Mask(other)));
        (encoder.call(ones(1, 6)) + decoder.call(ones(1, 6))).sum().backward();
        using var expected = Values.Mask(encoder) * 2;
        Values.Equal(expected, Values.Original(encoder).grad!);
    }

    [Fact]
    public void A_model_prunes_what_its_modules_share_once()
    {
        var encoder = nn.Linear(6, 6);
        var decoder = nn.Linear(6, 6);
        decoder.weight = encoder.weight;
        var model = new Parts(encoder, decoder);
        prune.model(model, () => new L1Unstructured(0.5));
        Assert.Equal(18, Values.ZeroCount(decoder.weight));
        Values.Equal(encoder.weight, decoder.weight);
        prune.model(model, new Plan { Amount = 0.75 });
        Assert.Equal(27, Values.ZeroCount(decoder.weight));
        Values.Equal(Values.Mask(encoder), Values.Mask(decoder));
    }

    [Fact]
    public void Ties_go_by_the_lowest_index()
    {
        var module = new Weighted(ones(3, 4));
        l1_unstructured(module, "weight", 5);
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 0, 1, 1, 1 }, { 1, 1, 1, 1 } }, module.weight);
        ln_structured(module, "weight", 1, n: 0, dim: 0);
        Values.Equal(new float[,] { { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, module.weight);
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void Masked_infinities_are_zero_with_and_without_gradients(float value)
    {
        var module = new Weighted(tensor(new float[,] { { value, 2 }, { 3, 4 } }));
        using var mask = tensor(new float[,] { { 0, 1 }, { 0, 1 } });
        custom_from_mask(module, "weight", mask);
        Values.Equal(new float[,] { { 0, 2 }, { 0, 4 } }, module.weight.detach());
        var output = module.call(ones(2, 2));
        Values.Equal(new float[,] { { 0, 2 }, { 0, 4 } }, output.detach());
        output.sum().backward();
        Values.Equal(mask, Values.Original(module).grad!);
        using (no_grad())
            Values.Equal(new float[,] { { 0, 2 }, { 0, 4 } }, module.call(ones(2, 2)));
        Values.Equal(new float[,] { { 0, 2 }, { 0, 4 } }, remove(module, "weight").weight.detach());
    }

    [Fact]
    public void Masks_of_other_numbers_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => custom_from_mask(nn.Linear(2, 2), "weight", tensor(new[,] { { 1, 0.5f }, { 0, 1 } })));
        Assert.Contains("mask[1] is 0.5", error.Message);
        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => custom_from_mask(nn.Linear(2, 2), "weight", ones(2))).Message);
    }

    [Fact]
    public void A_loaded_mask_of_other_numbers_is_an_error()
    {
        var module = l1_unstructured(nn.Linear(2, 2), "weight", 1);
        using (no_grad())
            Values.Mask(module).fill_(0.5);
        Assert.Contains("weight_mask", Assert.Throws<InvalidOperationException>(() => refresh(module)).Message);
    }

    [Fact]
    public void Scores_that_are_no_numbers_are_named()
    {
        var error = Assert.Throws<NaNScoreException>(() => l1_unstructured(nn.Linear(2, 2), "weight", 1, tensor(new[,] { { 1, 2 }, { float.NaN, 4 } })));
        Assert.Contains("weight[2]", error.Message);
    }

    [Fact]
    public void Only_float_parameters_are_pruned()
    {
        var module = new Weighted(ones(2, 2));
        module.to(complex64);
        Assert.Contains("Complex", Assert.Throws<ArgumentException>(() => l1_unstructured(module, "weight", 1)).Message);
    }

    [Fact]
    public void The_original_of_a_pruned_parameter_is_not_pruned_by_its_own_name()
    {
        var module = l1_unstructured(nn.Linear(2, 2), "weight", 1);
        Assert.Contains("prune 'weight'", Assert.Throws<ArgumentException>(() => l1_unstructured(module, "weight_orig", 1)).Message);
    }
}
