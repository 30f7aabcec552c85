using System.Diagnostics;
using System.Text;
using PruneSharp;
using PruneSharp.Samples;
using PruneSharp.Torch;
using TorchSharp;
using static TorchSharp.torch;

/// <summary>How much time each method's pruner adds to an epoch, measured inside the same epoch: time in its step / time of everything else.</summary>
internal static class TrainingCost
{
    private const int Batch = 256;

    /// <summary>Measures on one thread and replaces bench/results/training-cost.md.</summary>
    public static void Write()
    {
        set_num_threads(1);
        var train = Pictures.Of(FashionMnist.Training());
        var text = new StringBuilder("# What a pruner adds to an epoch\n\n");
        text.Append($"`dotnet run -c Release --project bench/Ledger -- cost`: on Fashion-MNIST, batch {Batch}, Adam, one thread, without teachers, 4 epochs of LeNet-300-100 to 95 %, 2 of the others (the first not counted), each\n");
        text.Append($"method's defaults, schedules with their default of 100 steps between updates. Added: time in `pruner.step()` by time of everything else in the same epochs; without: milliseconds of an epoch without the pruner. CPU: {Repository.Cpu}.\n\n");
        text.Append("| row of the ledger | without | in the pruner | added |\n|---|---:|---:|---:|\n");
        foreach (var experiment in Experiments.All.Where(IsMeasured))
        {
            var (rest, added) = Measure(experiment, train, epochs: experiment.Model == Networks.LeNet300 ? 4 : 2);
            text.Append($"| {experiment.Id} | {rest:N0} | {added:N0} | {added / rest:P1} |\n");
            Console.Error.WriteLine($"{experiment.Id}: {added / rest:P1}");
        }

        File.WriteAllText(Path.Combine(Repository.Results, "training-cost.md"), text.ToString());
        Console.WriteLine(text);
    }

    // Teachers cost the pruner nothing.
    private static bool IsMeasured(Experiment experiment) => experiment.Pruning is not null
        && (experiment.Model != Networks.LeNet300 || (experiment.Teachers.Count == 0 && (experiment.Sparsity == 0.95 || experiment.Method.StartsWith("n:m", StringComparison.Ordinal))));

    private static (double RestMilliseconds, double PrunerMilliseconds) Measure(Experiment experiment, Pictures train, int epochs)
    {
        random.manual_seed(0);
        using var model = Networks.Create(experiment.Model);
        using var optimizer = optim.Adam(model.parameters(), experiment.LearningRate);
        long pictures = train.Labels.shape[0], steps = epochs * ((pictures + Batch - 1) / Batch);
        var (plan, method) = experiment.Pruning!(new(model, experiment.Sparsity, steps, 0, train.Images, train.Labels));
        using var pruner = new Pruner(model, plan, optimizer, method);
        long before = 0, rest = 0, added = 0;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var order = randperm(pictures);
            foreach (var batch in order.split(Batch))
            {
                using var scope = NewDisposeScope();
                before = Stopwatch.GetTimestamp();
                optimizer.zero_grad();
                nn.functional.cross_entropy(model.call(train.Images.index_select(0, batch)), train.Labels.index_select(0, batch)).backward();
                optimizer.step();
                long trained = Stopwatch.GetTimestamp();
                pruner.step();
                if (epoch > 0)
                    (rest, added) = (rest + trained - before, added + Stopwatch.GetTimestamp() - trained);
            }
        }

        double milliseconds = 1000.0 / Stopwatch.Frequency / (epochs - 1);
        return (rest * milliseconds, added * milliseconds);
    }
}
