#:project ../src/PruneSharp.OnnxRuntime
#:package Microsoft.ML.OnnxRuntime
// Removes 30 % of a model's channels for good, and replays the cut list:  dotnet run samples/shrink-model.cs models/mlsd_tiny.onnx
using PruneSharp;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

string model = args[0], folder = Directory.CreateTempSubdirectory("shrink-model-").FullName;
string shrunk = Path.Combine(folder, "shrunk.onnx"), cuts = Path.Combine(folder, "cuts.json"), replayed = Path.Combine(folder, "replayed.onnx"), half = Path.Combine(folder, "half.onnx");

// What belongs together, and what stays; shapes are inferred, nothing is run.
using OnnxModel opened = OnnxModel.Open(model);
ShrinkAnalysis analysis = ShrinkAnalysis.Of(opened, StaticShapes.Infer(opened), new ShrinkRules { Attention = AttentionUnits.Heads });
foreach (ShrinkFamily family in analysis.Families)
    Console.WriteLine($"{family.Name}: {family.Units} units of {string.Join(" ", family.Operators.Distinct())}");
foreach (RefusedFamily refused in analysis.Refused)
    Console.WriteLine($"{refused.Family} stays: {refused.Reason}");

// The whole command: analysis, choice, comparison with the masked model, latency, file.
var options = new ShrinkOptions
{
    Ranking = new RankingOptions { Criterion = UnitCriterion.Of(Criterion.L2), Scope = ShrinkScope.Local, Align = 8 },
    Verify = new VerifyOptions { Range = new InputRange(0, 255), Tolerance = ShrinkOptions.DefaultTolerance },
};
ShrinkReport report = ModelShrinker.Shrink(model, shrunk, new ShrinkTarget.Units(0.3), options);
Console.WriteLine($"parameters {report.ParametersBefore:N0} -> {report.ParametersAfter:N0}, file {report.SizeRatio:F2}x smaller");
Console.WriteLine($"milliseconds {report.MillisecondsBefore:F1} -> {report.MillisecondsAfter:F1}");
if (report.Verification is { } check)
    Console.WriteLine($"{check.Runs} inputs: {check.MaxAbsDifference:G3} from {check.Reference}, at values up to {check.Scale:G3}");

// What went, by name and index: the same cut for another checkpoint of the graph.
File.WriteAllText(cuts, report.Cuts.ToJson());
CutList list = CutList.FromJson(File.ReadAllText(cuts));
ModelShrinker.Shrink(model, replayed, new ShrinkTarget.Replay(list));
Console.WriteLine($"replayed, its outputs are {(Verifier.Compare(shrunk, replayed, new VerifyOptions { Tolerance = 0 }).Pass ? "the same" : "others")}");

// The steps one by one; this writes without comparing.
var ranking = new UnitRanking(analysis, new RankingOptions { Criterion = UnitCriterion.GeometricMedian });
ShrinkCut cut = ranking.At(0.5);
OnnxShrinker.Write(cut, half, "half, fpgm");
Console.WriteLine($"half: {cut.Parameters:N0} of {analysis.Parameters:N0} parameters, {cut.Macs:N0} of {analysis.Macs:N0} multiply-accumulates");

// Units that can go without changing any output.
DeadUnits dead = DeadUnits.Find(analysis, new DeadOptions { Threshold = 1e-9, Fill = DeadFill.Always });
Console.WriteLine($"{dead.Units} dead units, {dead.Folded} of them constants; {dead.Cut(align: 1).Parameters:N0} parameters without them");
Directory.Delete(folder, recursive: true);
