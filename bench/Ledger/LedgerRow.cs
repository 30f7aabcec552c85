/// <summary>One row of the ledger.</summary>
/// <param name="Model">The network.</param>
/// <param name="Method">The recipe.</param>
/// <param name="Sparsity">Fraction of the weights that is zero; of the multiply-accumulates that is gone for filters.</param>
/// <param name="AccuracyMean">Mean over the seeds, percent of the 10,000 test pictures after the last epoch.</param>
/// <param name="AccuracyStd">Standard deviation over the seeds, with n − 1.</param>
/// <param name="DenseAccuracyMean">Mean of the dense networks of the same seeds.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Epochs">Epochs of a run, those of the dense network included where it starts from it.</param>
/// <param name="Bytes">Mean size of the packed file, exact values.</param>
/// <param name="Command">What runs it again.</param>
internal sealed record LedgerRow(string Model, string Method, double Sparsity, double AccuracyMean, double AccuracyStd, double DenseAccuracyMean, IReadOnlyList<int> Seeds, int Epochs, long Bytes, string Command)
{
    /// <summary>The row of an experiment; null where a seed is missing.</summary>
    public static LedgerRow? Of(Experiment experiment, RunStore store)
    {
        var runs = Experiment.Seeds.Select(seed => store.Find(experiment.Id, seed)).OfType<RunResult>().ToList();
        var dense = Experiment.Seeds.Select(seed => store.Find($"{experiment.Model}/dense", seed)).OfType<RunResult>().ToList();
        if (runs.Count < Experiment.Seeds.Count)
            return null;
        double mean = runs.Average(r => r.Accuracy);
        double deviation = Math.Sqrt(runs.Sum(r => (r.Accuracy - mean) * (r.Accuracy - mean)) / (runs.Count - 1));
        int before = experiment.StartsDense ? Experiments.Find($"{experiment.Model}/dense").Epochs : 0;
        return new(
            experiment.Model, experiment.Method, experiment.Sparsity, Math.Round(mean, 3), Math.Round(deviation, 3),
            Math.Round(dense.Select(r => r.Accuracy).DefaultIfEmpty(mean).Average(), 3), Experiment.Seeds, experiment.Epochs + before, (long)runs.Average(r => r.Bytes),
            $"dotnet run -c Release --project bench/Ledger -- '{experiment.Id}'");
    }
}
