#:project ../src/PruneSharp.Torch.Onnx
#:package libtorch-cpu-linux-x64
#:package Microsoft.ML.OnnxRuntime
#:property CreateHardLinksForCopyLocalIfPossible=true
// Prunes a TorchSharp network, saves it for Python, exports it to ONNX and runs it there:  dotnet run samples/export-onnx.cs
using Microsoft.ML.OnnxRuntime;
using PruneSharp.Torch;
using PruneSharp.Torch.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static PruneSharp.Torch.prune;
using static TorchSharp.torch;

string folder = Directory.CreateTempSubdirectory("export-onnx-").FullName;
string checkpoint = Path.Combine(folder, "pruned.pt"), exported = Path.Combine(folder, "model.onnx");
using var model = new Network();
using var scores = rand_like(model.linear.weight);

L1Unstructured.apply(model.linear, "weight", amount: 0.2);
L1Unstructured.apply(model.linear, "weight", amount: 0.3, importance_scores: scores);
var remaining = model.linear.get_buffer("weight_mask")!.sum().item<float>();
Console.WriteLine($"{remaining:N0} weights of the last layer are left");

ModuleState.Save(model, checkpoint);                                            // torch.load reads it
OnnxExport.Write(remove_all(model), exported, [new("image", [1, 1, 28, 28])]);  // ONNX Runtime runs it

using var images = rand(2, 1, 28, 28);
using var expected = model.call(images);
using var session = new InferenceSession(exported);
using var input = OrtValue.CreateTensorValueFromMemory(images.data<float>().ToArray(), images.shape);
using var outputs = session.Run(new RunOptions(), ["image"], [input], ["output"]);
using var actual = tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), expected.shape);
Console.WriteLine($"largest difference in ONNX Runtime: {(actual - expected).abs().max().item<float>():G3}");

// The values of an ONNX file, pruned or tuned elsewhere, come back by name.
OnnxStateReport report = OnnxState.Load(model, exported);
Console.WriteLine($"read back: {string.Join(", ", report.Matched)}");
Directory.Delete(folder, recursive: true);

// A class with a forward of its own says what it does on the graph; Sequential and TorchSharp's modules need nothing.
internal sealed class Network : nn.Module<Tensor, Tensor>, IOnnxExportable
{
    public readonly Conv2d conv1 = nn.Conv2d(1, 8, 3);
    public readonly Linear linear = nn.Linear(8 * 26 * 26, 10);

    public Network()
        : base("Network") => RegisterComponents();

    public override Tensor forward(Tensor input) => linear.call(conv1.call(input).relu().flatten(1));

    public IReadOnlyList<OnnxValue> Export(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) =>
        [graph.Export(linear, graph.Reshape(graph.Node("Relu", graph.Export(conv1, inputs[0])), 0, -1))];
}
