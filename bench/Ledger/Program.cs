// Trains, prunes and tests networks on Fashion-MNIST and writes what came out beside the stored figures.
//   dotnet run -c Release --project bench/Ledger -- [PATTERN] [--workers N] [--folder FOLDER] [--store]
// PATTERN chooses rows (lenet-5*, */magnitude*; default all). Finished runs are kept in FOLDER (default artifacts/ledger) and not run again; a run
// that was killed goes on from its last epoch. Delete those of a row whose recipe has changed. --store replaces bench/results/ledger.json and ledger.md.
//   … -- list                prints the rows
//   … -- report              writes the finished rows without running what is missing
//   … -- deploy              what ONNX Runtime makes of the pruned networks as files: bench/results/deployed.md, and samples/models
//   … -- cost                how much time pruners add to an epoch: bench/results/training-cost.md
//   … -- run ID SEED         one run, on one thread, so that any number of workers gives the same figures
using System.Globalization;
using TorchSharp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var options = LedgerOptions.Parse(args);
var store = new RunStore(options.Folder);
switch (options.Rest)
{
    case ["list"]:
        foreach (var row in Experiments.All)
            Console.WriteLine($"{row.Id}, {row.Epochs} epochs");
        return 0;
    case ["run", var id, var seed]:
        torch.set_num_threads(1);
        new TrainingRun(Experiments.Find(id), int.Parse(seed), store).Run();
        return 0;
    case ["cost"]:
        TrainingCost.Write();
        return 0;
    case ["report"]:
        new LedgerReport(store, Experiments.All).Write(options.Store);
        return 0;
    case ["deploy"]:
        new DeployedReport(store).Write();
        return 0;
    case [] or [_]:
        var chosen = Experiments.Matching(options.Rest.FirstOrDefault() ?? "*");
        bool complete = new Workers(store, options.Workers).Run(chosen);
        new LedgerReport(store, chosen).Write(options.Store);
        return complete ? 0 : 1;
    default:
        Console.Error.WriteLine("Use [PATTERN] [--workers N] [--folder FOLDER] [--store], list, report, deploy, cost, or run ID SEED.");
        return 2;
}
