#:project ../src/PruneSharp.OnnxRuntime
#:package Microsoft.ML.OnnxRuntime
// Prunes a model, packs it, and unpacks it again:  dotnet run samples/pack-model.cs models/mlsd_tiny.onnx
using PruneSharp;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

string model = args[0], folder = Directory.CreateTempSubdirectory("pack-model-").FullName;
string pruned = Path.Combine(folder, "pruned.onnx"), packed = Path.Combine(folder, "packed.onnx"), archive = Path.Combine(folder, "packed.psz");
OnnxPruner.Prune(model, pruned, new Plan { Amount = 0.8 });

// An ordinary ONNX file: ONNX Runtime rebuilds the weights when it loads it.
PackReport report = ModelPacker.Pack(pruned, packed);
Console.WriteLine($"packed: {report.SizeRatio:F2}x smaller, outputs differ by {report.MaxAbsDifference}");
foreach (var group in report.Layers.GroupBy(l => l.Positions))
    Console.WriteLine($"  {group.Count(),2} tensors as {group.Key}");

// Rounded values are smaller still; look at your own accuracy.
var rounded = new PackOptions { Values = ValueEncoding.Codebook(6), Force = true };
Console.WriteLine($"6-bit codes: {ModelPacker.Pack(pruned, packed, rounded, new VerifyOptions { Range = new InputRange(0, 255) }).SizeRatio:F2}x");

// The archive is the smallest, and gives the pruned file back byte by byte.
Console.WriteLine($"archive: {ArchivePacker.Pack(pruned, archive).SizeRatio:F2}x");
string back = Path.Combine(folder, "back.onnx");
OnnxArchive.Unpack(archive, back);
Console.WriteLine($"the same bytes: {File.ReadAllBytes(back).AsSpan().SequenceEqual(File.ReadAllBytes(pruned))}");

// One weight of a packed model, without ONNX Runtime.
using var opened = OnnxModel.Open(packed);
PackedWeight weight = PackedModel.Read(opened)[0];
Console.WriteLine($"{weight.Name} [{string.Join(", ", weight.Shape)}], {weight.Positions}, {weight.Values}");
Directory.Delete(folder, recursive: true);
