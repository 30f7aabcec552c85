using System.Diagnostics;
using PruneSharp;
using PruneSharp.Samples;
using PruneSharp.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>One run: Adam, half a cosine, cross-entropy; with teachers their averaged answers too. The network of the last epoch counts.</summary>
internal sealed class TrainingRun(Experiment experiment, int seed, RunStore store)
{
    private readonly Pictures _train = Pictures.Of(FashionMnist.Training());

    public void Run()
    {
        var clock = Stopwatch.StartNew();
        random.manual_seed(seed);
        using var model = Networks.Create(experiment.Model);
        if (experiment.StartsDense)
            ModuleState.Load(model, store.WeightsPath($"{experiment.Model}/dense", seed));
        using var optimizer = optim.Adam(model.parameters(), experiment.LearningRate);
        long perEpoch = (_train.Labels.shape[0] + experiment.BatchSize - 1) / experiment.BatchSize, steps = perEpoch * experiment.Epochs;
        var (plan, method) = experiment.Pruning?.Invoke(new(model, experiment.Sparsity, steps, seed, _train.Images, _train.Labels)) ?? default;
        using var pruner = plan is null ? null : new Pruner(model, plan, optimizer, method);
        string checkpoint = store.CheckpointPath(experiment.Id, seed);
        int first = 0;
        if (pruner is not null && File.Exists(checkpoint))
        {
            pruner.load(checkpoint);
            first = (int)(pruner.StepCount / perEpoch);
        }

        using var teaching = Teaching.Of(experiment, seed, store, _train.Images);
        WeightSharing? sharing = null;
        for (int epoch = first; epoch < experiment.Epochs; epoch++)
        {
            if (experiment.SharedBits > 0 && epoch >= experiment.Epochs * 3 / 4)
                sharing ??= new(model, experiment.SharedBits);
            Epoch(model, optimizer, pruner, sharing, teaching, epoch, epoch * perEpoch, steps / experiment.Rounds);
            pruner?.save(checkpoint, force: true);
        }

        sharing?.Dispose();
        pruner?.finish();
        Store(model, clock.Elapsed.TotalSeconds);
        File.Delete(checkpoint);
    }

    private void Epoch(Sequential model, OptimizerHelper optimizer, Pruner? pruner, WeightSharing? sharing, Teaching? teaching, int epoch, long step, long roundSteps)
    {
        model.train();
        using var generator = new Generator((ulong)(1000 * (seed + 1) + epoch), CPU);
        using var order = randperm(_train.Labels.shape[0], generator: generator);
        for (long at = 0; at < order.shape[0]; at += experiment.BatchSize, step++)
        {
            using var scope = NewDisposeScope();
            var batch = order.narrow(0, at, Math.Min(experiment.BatchSize, order.shape[0] - at));
            var logits = model.call(_train.Images.index_select(0, batch));
            var labels = _train.Labels.index_select(0, batch);
            var loss = teaching?.Loss(batch, logits, labels) ?? nn.functional.cross_entropy(logits, labels);
            optimizer.zero_grad();
            loss.backward();
            double rate = experiment.LearningRate * (1 + Math.Cos(Math.PI * Math.Min(1, (pruner?.LearningRateStep ?? step) / (double)roundSteps))) / 2;
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = rate;
            optimizer.step();
            pruner?.step();
            sharing?.step();
        }
    }

    private void Store(Sequential model, double seconds)
    {
        var test = Pictures.Of(FashionMnist.Test());
        long zeros = 0, weights = 0;
        foreach (var (_, parameter) in model.named_parameters().Where(p => p.parameter.dim() > 1))
            (zeros, weights) = (zeros + parameter.eq(0).sum().item<long>(), weights + parameter.numel());
        ModuleState.Save(model, store.WeightsPath(experiment.Id, seed), force: true);
        store.Add(new(experiment.Id, seed, Evaluation.Accuracy(model, test), (double)zeros / weights, PackedFile.Bytes(model, experiment), seconds));
    }
}
