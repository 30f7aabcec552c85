using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class WeightSharingTests
{
    [Fact]
    public void Weights_take_the_mean_of_their_group_and_zeros_stay()
    {
        using var module = Values.Holding(new float[,] { { 1, 0, 1.5f, 8 }, { 20, 31, 0, 33 } });
        using var sharing = new WeightSharing(module, 2);

        Values.Equal(new float[,] { { 1.25f, 0, 1.25f, 8 }, { 20, 32, 0, 32 } }, module.weight);
        using (no_grad())
            module.weight.add_(tensor(new float[,] { { 1, 5, 2, 1 }, { 1, 0, -5, 4 } }));
        sharing.step();

        Values.Equal(new float[,] { { 2.75f, 0, 2.75f, 9 }, { 21, 34, 0, 34 } }, module.weight);
    }

    [Fact]
    public void Values_follow_the_mean_of_their_group_s_gradients()
    {
        using var scope = NewDisposeScope();
        using var net = new TinyNet();
        using var sharing = new WeightSharing(net, 2);
        using var sgd = optim.SGD(net.parameters(), 0.1);
        double[] before = Values.Of(net.first);
        net.Loss().backward();
        double[] gradient = Values.Of(net.first.grad!);

        sgd.step();
        sharing.step();

        double[] after = Values.Of(net.first);
        Assert.Equal(4, before.Distinct().Count());
        foreach (var group in Enumerable.Range(0, before.Length).GroupBy(i => before[i]))
            Assert.All(group, i => Assert.Equal(group.Key - 0.1 * group.Average(g => gradient[g]), after[i], 1e-12));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_pruned_network_trains_on_with_few_values_and_made_anew_has_the_same_groups(ScalarType type)
    {
        using var trainee = new Trainee(3);
        trainee.Train(20);
        trainee.Pruner.finish();
        using var model = trainee.Model.to(type);
        long[] zeros = [.. Weights(model).Select(Values.ZeroCount)];
        using var sharing = new WeightSharing(model, 3);
        Wander(model, seed: 1);
        sharing.step();
        byte[][] shared = [.. Weights(model).Select(w => w.bytes.ToArray())];
        using var again = new WeightSharing(model, 3);
        Assert.Equal(shared, Weights(model).Select(w => w.bytes.ToArray()));

        Wander(model, seed: 2);
        again.step();
        byte[][] anew = [.. Weights(model).Select(w => w.bytes.ToArray())];
        sharing.step();

        Assert.Equal(anew, Weights(model).Select(w => w.bytes.ToArray()));
        Assert.Equal(zeros, Weights(model).Select(Values.ZeroCount));
        Assert.All(Weights(model), w => Assert.InRange(Values.Of(w).Where(v => v != 0).Distinct().Count(), 2, 8));
    }

    [Fact]
    public void Layers_of_any_strides_and_of_zeros_only_are_shared_and_others_stay()
    {
        var values = randn(6, 8);
        using var strided = new Weighted(values.t());
        using var zero = nn.Linear(4, 3);
        zero.weight!.requires_grad = false;
        zero.weight.zero_();
        using var kept = nn.Linear(5, 4);
        using var model = new Parts(strided, zero, kept);
        double[] bias = Values.Of(zero.bias!), other = Values.Of(kept.weight!);

        using var sharing = new WeightSharing(model, 2, new() { Skip = ["2.*"] });

        Assert.Equal(4, Values.Of(strided.weight).Distinct().Count());
        Assert.Equal(0, zero.weight.count_nonzero().item<long>());
        Assert.Equal(bias, Values.Of(zero.bias!));
        Assert.Equal(other, Values.Of(kept.weight!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void Other_bits_are_refused(int bits)
    {
        using var module = nn.Linear(4, 3);
        Assert.Contains("2 to 8 bits", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightSharing(module, bits)).Message);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Weights_that_are_no_numbers_are_named_before_and_on_the_way(double value)
    {
        using var good = nn.Linear(4, 3);
        using var bad = nn.Linear(3, 2);
        using var model = new Parts(good, bad);
        using var sharing = new WeightSharing(model, 2);
        double[] before = Values.Of(good.weight!);
        using (no_grad())
            bad.weight![0, 1] = tensor((float)value);

        Assert.Equal("1.weight", Assert.Throws<NonFiniteTrainingException>(sharing.step).TensorName);
        Assert.Contains("1.weight holds NaN or infinity", Assert.Throws<ArgumentException>(() => new WeightSharing(model, 2)).Message);
        Assert.Equal(before, Values.Of(good.weight!));
    }

    [Fact]
    public void What_is_not_there_any_more_or_masked_already_is_said()
    {
        using var model = new Parts(nn.Linear(4, 3));
        using var sharing = new WeightSharing(model, 2);
        model.to(float64);
        Assert.Contains("Move it first", Assert.Throws<InvalidOperationException>(sharing.step).Message);
        sharing.Dispose();
        Assert.Throws<ObjectDisposedException>(sharing.step);
        Assert.Contains("0 weights", Assert.Throws<ArgumentException>(() => new WeightSharing(nn.ReLU(), 2)).Message);
        Assert.Contains("9.weight", Assert.Throws<ArgumentException>(() => new WeightSharing(model, 2, new() { Only = ["9.weight"] })).Message);
        prune.model(model, () => new prune.L1Unstructured(0.5));
        Assert.Contains("prune.remove", Assert.Throws<ArgumentException>(() => new WeightSharing(model, 2)).Message);
    }

    private static IEnumerable<Parameter> Weights(nn.Module model) => model.parameters().Where(p => p.dim() > 1);

    private static void Wander(nn.Module model, long seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var guard = no_grad();
        foreach (var weight in Weights(model))
            weight.add_(randn(weight.shape, generator: generator).to(weight.dtype), 0.01);
    }
}
