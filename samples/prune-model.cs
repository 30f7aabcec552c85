#:project ../src/PruneSharp.OnnxRuntime
#:package Microsoft.ML.OnnxRuntime
// Prunes a model and compares it with the original:  dotnet run samples/prune-model.cs models/mlsd_tiny.onnx
using PruneSharp;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

string model = args[0], pruned = Path.Combine(Path.GetTempPath(), "pruned.onnx");

var plan = new Plan { Criterion = Criterion.L1, Allocation = Allocation.Global, Amount = 0.2, Targets = Recipe.Targets };
PruneReport report = OnnxPruner.Prune(model, pruned, plan, new PruneOptions { Force = true });
Console.WriteLine($"{report.Zeros:N0} of {report.Parameters:N0} weights are zero ({report.Sparsity:P1})");

VerifyReport check = Verifier.Compare(model, pruned, new VerifyOptions { Range = new InputRange(0, 255) });
foreach (OutputDifference output in check.Outputs)
    Console.WriteLine($"{output.Name}: largest difference {output.MaxAbsDifference:G3}, cosine {output.Cosine:F4}");
