using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class BatchNormsTests
{
    // Means 2 and 6, unbiased variances 2 and 8.
    private static Tensor[] Batches => [tensor(new float[,] { { 1 }, { 3 } }), tensor(new float[,] { { 4 }, { 8 } })];

    [Fact]
    public void Reestimate_takes_the_mean_of_the_batches_statistics()
    {
        using var norm = nn.BatchNorm1d(1, momentum: 0.25);
        norm.running_mean!.fill_(100);
        norm.eval();
        BatchNorms.reestimate(norm, Batches);
        Assert.Equal([4], Values.Of(norm.running_mean!));
        Assert.Equal([5], Values.Of(norm.running_var!));
        Assert.Equal(2, norm.num_batches_tracked!.item<long>());
        Assert.Equal((0.25, false), (norm.momentum, norm.training));
    }

    [Fact]
    public void Only_batch_normalizations_run_in_training_mode()
    {
        using var norm = nn.BatchNorm1d(1);
        using var dropout = nn.Dropout(0.5);
        using var model = new Parts(dropout, norm);
        dropout.eval();
        var seen = new List<(bool, bool, bool)>();
        BatchNorms.reestimate(model, Batches, batch =>
        {
            seen.Add((model.training, dropout.training, norm.training));
            model.call(batch);
        });
        Assert.Equal([(false, false, true), (false, false, true)], seen);
        Assert.Equal((true, false, true), (model.training, dropout.training, norm.training));
        Assert.Equal([4], Values.Of(norm.running_mean!));
    }

    [Fact]
    public void A_norm_that_is_called_twice_counts_both_and_one_that_is_never_called_stays()
    {
        using var twice = nn.BatchNorm1d(1);
        using var never = nn.BatchNorm1d(1);
        never.running_mean!.fill_(7);
        using var model = new Parts(twice, never);
        BatchNorms.reestimate(model, Batches[..1], batch =>
        {
            twice.call(batch);
            twice.call(batch + 2);
        });
        Assert.Equal([3], Values.Of(twice.running_mean!));
        Assert.Equal([7], Values.Of(never.running_mean!));
    }

    [Fact]
    public void After_an_error_everything_is_as_before()
    {
        using var norm = nn.BatchNorm1d(1, momentum: 0.25);
        using var model = new Parts(norm);
        norm.eval();
        norm.running_mean!.fill_(7);
        norm.num_batches_tracked!.fill_(3);
        Assert.Contains("no batch", Assert.Throws<ArgumentException>(() => BatchNorms.reestimate(model, [])).Message);
        Assert.Contains("0 saw NaN", Assert.Throws<ArithmeticException>(() => BatchNorms.reestimate(model, [full(2, 1, float.NaN)])).Message);
        Assert.Throws<InvalidOperationException>(() => BatchNorms.reestimate(model, Batches, batch =>
        {
            model.call(batch);
            throw new InvalidOperationException();
        }));
        Assert.Equal((7, 1, 3), (norm.running_mean!.item<float>(), norm.running_var!.item<float>(), norm.num_batches_tracked!.item<long>()));
        Assert.Equal((0.25, false, true), (norm.momentum, norm.training, model.training));
    }

    [Fact]
    public void A_model_without_running_statistics_is_refused()
    {
        using var plain = new Parts(nn.Linear(1, 1), nn.BatchNorm1d(1, track_running_stats: false));
        Assert.Contains("no batch normalization", Assert.Throws<ArgumentException>(() => BatchNorms.reestimate(plain, Batches)).Message);
    }

    [Fact]
    public void Pruned_models_get_statistics_of_their_pruned_weights()
    {
        using var norm = nn.BatchNorm2d(2);
        using var model = new Parts(nn.Conv2d(1, 2, 1, bias: false), norm);
        using (no_grad())
            model.get_submodule("0").get_parameter("weight")!.copy_(tensor(new float[] { 1, 4 }).view(2, 1, 1, 1));
        using var pruner = new Pruner(model, new() { Amount = 1 });
        pruner.finish();
        BatchNorms.reestimate(model, [tensor(new float[] { 1, 3 }).view(2, 1, 1, 1)]);
        Assert.Equal([0, 8], Values.Of(norm.running_mean!));
        Assert.Equal([0, 32], Values.Of(norm.running_var!));
    }
}
