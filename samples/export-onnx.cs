#:project ../src/PruneSharp.Torch.Onnx
#:package libtorch-cpu-linux-x64
#:package Microsoft.ML.OnnxRuntime
#:property CreateHardLinksForCopyLocalIfPossible=true
// Exports a TorchSharp network to ONNX, prunes the file and runs it:  dotnet run samples/export-onnx.cs
using Microsoft.ML.OnnxRuntime;
using PruneSharp;
using PruneSharp.Onnx;
using PruneSharp.Torch.Onnx;
using TorchSharp;
using static TorchSharp.torch;

string folder = Path.GetTempPath(), exported = Path.Combine(folder, "exported.onnx"), pruned = Path.Combine(folder, "exported-pruned.onnx");

using var network = nn.Sequential(
    ("conv", nn.Conv2d(3, 16, 3, padding: 1)), ("norm", nn.BatchNorm2d(16)), ("relu", nn.ReLU()), ("pool", nn.AdaptiveAvgPool2d([1, 1])),
    ("flat", nn.Flatten()), ("head", nn.Linear(16, 10)));
network.eval();
OnnxExportReport report = OnnxExport.Write(network, exported, [new("image", [1, 3, -1, -1])], new OnnxExportOptions { Force = true });
Console.WriteLine($"{report.Bytes:N0} bytes with {string.Join(", ", report.Weights)}");

using var image = rand(2, 3, 32, 24);
using var expected = network.call(image);
Console.WriteLine($"largest difference in ONNX Runtime: {Difference(exported):G3}");

OnnxPruner.Prune(exported, pruned, new Plan { Criterion = Criterion.L1, Amount = 0.5 }, new PruneOptions { Force = true });
Console.WriteLine($"largest difference with half of the weights: {Difference(pruned):G3}");

// The pruned weights back into the module, by name.
OnnxState.Load(network, pruned);
using var after = network.call(image);
Console.WriteLine($"the module computes the same now: {(after - expected).abs().max().item<float>():G3}");

float Difference(string path)
{
    using var session = new InferenceSession(path);
    using var input = OrtValue.CreateTensorValueFromMemory(image.data<float>().ToArray(), image.shape);
    using var outputs = session.Run(new RunOptions(), ["image"], [input], ["output"]);
    using var actual = tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), expected.shape);
    return (actual - expected).abs().max().item<float>();
}
