using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PruneSharp.Torch.Tests;

/// <summary>Conservation of synaptic flow, and a model that is as it was afterwards.</summary>
public sealed class SynFlowTests
{
    private static readonly SynFlow _method = new() { InputShape = [1, 8] };

    [Fact]
    public void Scores_are_conserved_at_every_hidden_neuron()
    {
        using var model = Deep(1, 1, 1);
        using var guard = no_grad();
        var layers = SparseLayers.Of(model, new(), null);
        using var linearized = new LinearizedModel(model);
        var scores = _method.Scores(model, layers);
        for (int i = 1; i < scores.Count; i++)
        {
            double[] arriving = Values.Of(scores[i - 1].sum([1L])), leaving = Values.Of(scores[i].sum([0L]));
            Assert.Equal(16, arriving.Length);
            Assert.All(arriving.Zip(leaving), pair => Assert.Equal(1, pair.First / pair.Second, 10));
        }
    }

    [Fact]
    public void Extreme_sparsity_empties_no_layer_where_magnitude_does()
    {
        using var model = Deep(1, 0.001, 1, 1, 1);
        using var same = Deep(1, 0.001, 1, 1, 1);
        var plan = new Plan { Amount = 0.97 };
        using var synFlow = new Pruner(model, plan, method: _method);
        using var magnitude = new Pruner(same, plan);
        Assert.Equal(magnitude.Sparsity.KeptCount, synFlow.Sparsity.KeptCount);
        Assert.All(synFlow.Layers, l => Assert.NotEqual(0, l.KeptCount));
        Assert.Equal(0, magnitude.Layers[1].KeptCount);
        using var ones = torch.ones(1, 8);
        Assert.Equal(0, same.call(ones).count_nonzero().item<long>());
    }

    [Fact]
    public void Deep_networks_whose_flow_exceeds_float32_are_ranked()
    {
        using var model = Deep(1e12, 1e12, 1e12, 1e12, 1e12);
        using var same = Deep(1, 1, 1, 1, 1);
        using var large = new Pruner(model, new Plan { Amount = 0.8 }, method: _method);
        using var small = new Pruner(same, new Plan { Amount = 0.8 }, method: _method);
        Assert.All(large.Layers.Zip(small.Layers), pair => Assert.InRange(Math.Abs(pair.First.KeptCount - pair.Second.KeptCount), 0, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Model_is_restored_to_the_bit_also_after_an_exception(bool fails)
    {
        using var model = Sequential(Conv2d(2, 4, 3), BatchNorm2d(4), ReLU(), Dropout(0.5), Flatten(), Linear(4 * 4 * 4, 3));
        model.children().First().eval();
        var tensors = model.parameters().Concat(model.buffers()).ToList();
        var before = tensors.Select(t => (t.Handle, t.dtype, t.requires_grad, Bytes: t.bytes.ToArray())).ToList();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var method = new SynFlow { InputShape = fails ? [1, 2, 6, 7] : [1, 2, 6, 6], Rounds = 5 };
        if (fails)
            Assert.Contains("[1, 2, 6, 7]", Assert.Throws<InvalidOperationException>(() => new Pruner(model, new Plan { Amount = 0.5 }, optimizer, method)).Message);
        else
            Assert.Equal(0.5, new Pruner(model, new Plan { Amount = 0.5 }, optimizer, method).Sparsity.Sparsity);
        Assert.Equal([false, true, true, true, true, true], model.children().Select(m => m.training));
        Assert.True(model.training);
        Assert.Equal(tensors, model.parameters().Concat(model.buffers()), ReferenceEqualityComparer.Instance);
        foreach (var (tensor, (handle, type, requiresGrad, bytes)) in tensors.Zip(before))
        {
            Assert.Equal((handle, type, requiresGrad), (tensor.Handle, tensor.dtype, tensor.requires_grad));
            Assert.True(!fails || tensor.bytes.SequenceEqual(bytes));
            if (type == float32)
                Assert.All(Values.Of(tensor).Zip(MemoryMarshal.Cast<byte, float>(bytes).ToArray()), w => Assert.True(w.First == 0 || w.First == w.Second));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Channels_are_pruned_round_by_round_under_any_norm(double norm)
    {
        using var model = Deep(1, 1, 1);
        using var pruner = new Pruner(model, new Plan { Amount = 0.5, Structure = Structure.Channel(0, norm) }, method: _method);
        Assert.Equal(0.5, pruner.Layers.Sum(l => Values.Of(l.Mask.sum([1L])).Count(kept => kept == 0)) / (double)pruner.Layers.Sum(l => l.Weight.shape[0]));
        Assert.All(pruner.Layers, l => Assert.NotEqual(0, l.KeptCount));
    }

    [Fact]
    public void Model_that_computes_with_native_parameters_or_not_from_a_tensor_is_refused()
    {
        using var recurrent = new Recurrent();
        byte[] before = recurrent.lstm.parameters().First().bytes.ToArray();
        Assert.Contains("like LSTM", Assert.Throws<InvalidOperationException>(() => new Pruner(recurrent, new Plan { Amount = 0.5 }, method: _method)).Message);
        Assert.Equal(before, recurrent.lstm.parameters().First().bytes.ToArray());
        Assert.Contains("Forward", Assert.Throws<InvalidOperationException>(() => new Pruner(recurrent.lstm, new Plan { Amount = 0.5 }, method: _method)).Message);
    }

    [Fact]
    public void Plans_and_settings_without_rounds_are_refused()
    {
        Assert.Contains("count 7", Assert.Single(_method.Problems(new() { Amount = 7 })));
        Assert.Contains("before the first step", Assert.Single(_method.Problems(new() { Schedule = Schedule.OneShot(0.5) })));
        Assert.Contains("rounds is 0", Assert.Single((_method with { Rounds = 0 }).Problems(new() { Amount = 0.5 })));
        Assert.Contains("inputShape is [0, 8]", Assert.Single((_method with { InputShape = [0, 8] }).Problems(new() { Amount = 0.5 })));
    }

    [Fact]
    public void Two_of_four_is_chosen_in_one_round_by_the_scores()
    {
        var plan = new Plan { Structure = Structure.NOfM(2, 4) };
        using var model = Deep(1, 1, 1);
        using var pruner = new Pruner(model, plan, null, _method);
        Assert.All(pruner.Layers, l => Assert.Equal(2, l.Mask.view(-1, 4).sum(1).max().item<float>()));
        Assert.Equal(0.5, pruner.finish().Sparsity);

        using var same = Deep(1, 1, 1);
        using var given = new Pruner(same, plan with { Amount = 0.5 }, null, _method);
        Assert.All(pruner.Layers.Zip(given.Layers), pair => Values.Equal(pair.First.Mask, pair.Second.Mask));
    }

    private sealed class Recurrent : Module<Tensor, Tensor>
    {
        public readonly TorchSharp.Modules.LSTM lstm = LSTM(8, 8);

        public Recurrent()
            : base("Recurrent") => RegisterComponents();

        public override Tensor forward(Tensor input) => lstm.call(input.unsqueeze(0)).Item1;
    }

    // Widths 8, 16, 16, …, without biases; each layer's weights from one seed, times a factor.
    private static TorchSharp.Modules.Sequential Deep(params double[] factors)
    {
        using var generator = new Generator(3, CPU);
        using var guard = no_grad();
        var modules = new List<Module<Tensor, Tensor>>();
        foreach (double factor in factors)
        {
            var linear = Linear(modules.Count == 0 ? 8 : 16, 16, hasBias: false);
            linear.weight.copy_(randn(linear.weight.shape, generator: generator).mul(factor));
            modules.AddRange([linear, ReLU()]);
        }

        return Sequential(modules[..^1]);
    }
}
