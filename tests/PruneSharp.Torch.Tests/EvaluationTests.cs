using TorchSharp;
using TorchSharp.Modules;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

/// <summary>The masked weight between calls: kept, noticed, shared, freed.</summary>
public sealed class EvaluationTests
{
    [Fact]
    public void Without_gradients_the_product_is_computed_once()
    {
        var module = l1_unstructured(nn.Linear(64, 64), "weight", 0.5);
        using var guard = no_grad();
        module.call(ones(1, 64));
        var kept = module.weight;
        for (int i = 0; i < 3; i++)
            module.call(ones(1, 64));
        Assert.Same(kept, module.weight);
        Assert.False(kept.requires_grad);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(300)]
    public void A_change_of_weights_or_mask_is_noticed(int size)
    {
        var module = l1_unstructured(nn.Linear(size, size), "weight", 0.5);
        using var guard = no_grad();
        var input = ones(1, size);
        Check();
        Values.Original(module).mul_(3);
        Check();
        Values.Mask(module).copy_(Values.Mask(module).eq(0).to(float32));
        Check();
        using var file = new MemoryStream();
        nn.Module.save_state_dict(new BinaryWriter(file), new() { ["bias"] = module.bias!, ["weight_orig"] = randn(size, size), ["weight_mask"] = rand(size, size).gt(0.3).to(float32) });
        file.Position = 0;
        module.load(new BinaryReader(file));
        Check();

        void Check()
        {
            using var scope = NewDisposeScope();
            Values.Equal(nn.functional.linear(input, Values.Original(module) * Values.Mask(module), module.bias), module.call(input));
        }
    }

    [Fact]
    public void Frozen_weights_pass_gradients_to_the_input()
    {
        var module = l1_unstructured(nn.Linear(4, 3), "weight", 0.5);
        Values.Original(module).requires_grad = false;
        using (inference_mode())
            module.call(ones(1, 4));
        var input = ones(1, 4, requires_grad: true);
        module.call(input).sum().backward();
        Values.Equal(module.weight.sum(0, keepdim: true), input.grad!);
    }

    [Fact]
    public void Training_after_inference_mode_works()
    {
        var module = l1_unstructured(nn.Linear(4, 3), "weight", 0.5);
        using (inference_mode())
            module.call(ones(1, 4));
        module.call(ones(1, 4)).sum().backward();
        Values.Equal(Values.Mask(module), Values.Original(module).grad!);
    }

    [Fact]
    public void Two_calls_before_a_backward_add_their_gradients()
    {
        var module = l1_unstructured(nn.Linear(4, 4), "weight", 0.5);
        var hidden = module.call(ones(1, 4));
        module.call(hidden).sum().backward();
        using var guard = no_grad();
        var weight = module.weight;
        using var expected = (ones(4, 1).mm(hidden) + weight.sum(0, keepdim: true).t().mm(ones(1, 4))) * Values.Mask(module);
        Assert.True(expected.allclose(Values.Original(module).grad!));
    }

    [Fact]
    public void Pruned_parameters_outlive_dispose_scopes()
    {
        var module = nn.Linear(8, 8);
        using (NewDisposeScope())
        {
            l1_unstructured(module, "weight", 0.25);
            l1_unstructured(module, "weight", 0.25);
            module.call(ones(1, 8));
        }

        using (NewDisposeScope())
        using (no_grad())
            module.call(ones(1, 8));
        module.call(ones(1, 8)).sum().backward();
        Assert.False(module.weight.IsInvalid || Values.Mask(module).IsInvalid || Values.Original(module).IsInvalid);
        using (NewDisposeScope())
            remove(module, "weight");
        Assert.Equal([1, 8], module.call(ones(1, 8)).shape);
    }

    [Fact]
    public void Threads_may_evaluate_one_module()
    {
        var module = nn.Sequential(l1_unstructured(nn.Linear(64, 64), "weight", 0.5), nn.ReLU(), l1_unstructured(nn.Linear(64, 8), "weight", 0.5));
        var input = randn(4, 64);
        module.call(input).sum().backward();
        double[] expected;
        using (no_grad())
            expected = Values.Of(module.call(input));
        module.call(input).sum().backward();
        Parallel.For(0, 8, new() { MaxDegreeOfParallelism = 8 }, _ =>
        {
            for (int i = 0; i < 200; i++)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                Assert.Equal(expected, Values.Of(module.call(input)));
            }
        });
    }

    [Fact]
    public void An_assigned_weight_becomes_the_original()
    {
        var module = l1_unstructured(nn.Linear(3, 2), "weight", 3);
        var mask = Values.Mask(module);
        module.weight = new Parameter(ones(2, 3) * 5);
        using (no_grad())
            module.call(ones(1, 3));
        using var expected = mask * 5;
        Values.Equal(expected, module.weight);
        Assert.Equal(["bias", "weight_orig", "weight_mask"], module.state_dict().Keys);
        module.weight = new Parameter(ones(3, 3));
        Assert.Contains("[3, 3]", Assert.Throws<InvalidOperationException>(() => module.call(ones(1, 3))).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Moving_there_and_back_keeps_originals_and_gradients(bool afterEvaluation)
    {
        foreach (var type in new[] { float64, float16, bfloat16 })
        {
            var module = l1_unstructured(nn.Linear(8, 8), "weight", 0.5);
            var optimized = Values.Original(module);
            using var before = optimized.detach().clone();
            if (afterEvaluation)
            {
                using var guard = no_grad();
                module.call(ones(1, 8));
            }

            module.to(type);
            module.to(float32);
            module.call(ones(1, 8));
            Assert.Same(optimized, Values.Original(module));
            Assert.True(optimized.requires_grad);
            Values.Equal(before, original(module, "weight"));
        }
    }

    [Fact]
    public void A_step_that_changes_few_rows_is_noticed_between_calls_without_gradients()
    {
        var module = l1_unstructured(nn.Linear(64, 10_000, hasBias: false), "weight", 0.5);
        var optimizer = optim.SGD(module.parameters(), 0.5);
        var input = randn(1, 64);
        for (int step = 0; step < 5; step++)
        {
            using var scope = NewDisposeScope();
            var output = module.call(input);
            Check();
            optimizer.zero_grad();
            output[0, 1234 + step].backward();
            optimizer.step();
            Check();
        }

        void Check()
        {
            using var guard = no_grad();
            Values.Equal(nn.functional.linear(input, Values.Original(module) * Values.Mask(module)), module.call(input));
        }
    }

    [Fact]
    public void Threads_may_call_a_module_in_evaluation_mode_with_gradients()
    {
        var module = l1_unstructured(nn.Linear(64, 64), "weight", 0.5);
        module.eval();
        var input = randn(2, 64);
        double[] expected = Values.Of(module.call(input));
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 1000; i++)
            {
                using var output = module.call(input);
                Assert.Equal(expected, Values.Of(output));
            }
        });
    }

    [Fact]
    public void Weights_with_gaps_in_memory_are_pruned_and_shared_by_threads()
    {
        var module = new Weighted(randn(64, 128)[TensorIndex.Colon, TensorIndex.Slice(0, 128, 2)]);
        Assert.False(module.weight.is_contiguous());
        l1_unstructured(module, "weight", 0.9);
        module.eval();
        var input = ones(64, 64);
        using var expected = (Values.Original(module) * Values.Mask(module)).detach();
        double[] values = Values.Of(expected);
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 500; i++)
            {
                using var guard = no_grad();
                using var output = module.call(input);
                Assert.Equal(values, Values.Of(output));
            }
        });
    }

    [Fact]
    public void A_weight_that_was_read_before_a_call_can_still_be_used()
    {
        var module = l1_unstructured(nn.Linear(4, 4), "weight", 0.5);
        var weight = module.weight;
        module.call(ones(1, 4));
        Values.Equal(module.weight, weight);
    }

    [Fact]
    public void Pruning_in_inference_mode_does_not_hinder_training()
    {
        var module = nn.Linear(4, 4);
        using (inference_mode())
            l1_unstructured(module, "weight", 0.5);
        module.call(ones(1, 4)).sum().backward();
        Values.Equal(Values.Mask(module), Values.Original(module).grad!);
    }

    [Fact]
    public void A_weight_assigned_to_a_native_module_is_masked()
    {
        var module = l1_unstructured(nn.Embedding(8, 8), "weight", 0.5);
        module.weight = new Parameter(ones(8, 8));
        module.call(arange(8));
        Assert.Equal(["weight_orig", "weight_mask"], module.state_dict().Keys);
        Values.Equal(Values.Mask(module), module.weight!);
        remove(module, "weight");
        Values.Equal(module.state_dict()["weight"], module.weight!);
    }

    [Fact]
    public void Forward_without_hooks_computes_with_the_last_product()
    {
        var module = l1_unstructured(nn.Linear(3, 2), "weight", 3);
        module.forward(ones(1, 3)).sum().backward();
        Values.Equal(Values.Mask(module), Values.Original(module).grad!);
    }

    [Fact]
    public void Half_types_are_pruned_like_their_values()
    {
        foreach (var type in new[] { float16, bfloat16, float64 })
        {
            using var values = randn(16, 16).to(type);
            var narrow = new Weighted(values.clone());
            var wide = new Weighted(values.to(float64));
            foreach (var module in new[] { narrow, wide })
                l1_unstructured(module, "weight", 0.4);
            Assert.Equal(type, Values.Mask(narrow).dtype);
            Values.Equal(Values.Mask(wide), Values.Mask(narrow));
            Values.Equal(wide.weight, narrow.weight);
        }
    }

    [Fact]
    public void Two_parameters_of_a_module_are_pruned_and_removed_apart()
    {
        var module = nn.Linear(6, 4);
        l1_unstructured(module, "weight", 0.5);
        l1_unstructured(module, "bias", 2);
        remove(module, "weight");
        Assert.True(is_pruned(module));
        Assert.Equal(2, Values.ZeroCount(module.bias!));
        module.call(ones(1, 6)).sum().backward();
        Values.Equal(Values.Mask(module, "bias"), Values.Original(module, "bias").grad!);
        remove(module, "bias");
        Assert.False(is_pruned(module));
    }
}
