#:project ../src/PruneSharp.Torch.Onnx
#:project ../src/PruneSharp.OnnxRuntime
#:project FashionMnist/FashionMnist.csproj
#:package libtorch-cpu-linux-x64
#:package Microsoft.ML.OnnxRuntime
#:property CreateHardLinksForCopyLocalIfPossible=true
// The whole way of a network: train, prune while fine-tuning, export, shrink, pack, run sparse. Prints what each stage gives:
//   dotnet run samples/train-prune-deploy.cs [DENSE_EPOCHS PRUNED_EPOCHS [FOLDER]]         default 1 2 and a temporary folder; README's figures: 20 40
using Microsoft.ML.OnnxRuntime;
using PruneSharp;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;
using PruneSharp.Samples;
using PruneSharp.Torch;
using PruneSharp.Torch.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

const int Batch = 256;
const double Sparsity = 0.95;
if (!FashionMnist.HasTraining)
{
    Console.WriteLine("The training pictures of Fashion-MNIST are not installed: apt-get install dataset-fashion-mnist");
    return;
}

int[] given = [.. args.Select(a => int.TryParse(a, out int epochs) ? epochs : -1).Where(e => e >= 0)];
int denseEpochs = given is [var first, ..] ? first : 1, prunedEpochs = given is [_, var second, ..] ? second : 2;
string folder = args is [_, _, var named] ? named : Directory.CreateTempSubdirectory("train-prune-deploy-").FullName;
Directory.CreateDirectory(folder);
string File(string name) => Path.Combine(folder, name);
FashionMnist training = FashionMnist.Training(), test = FashionMnist.Test();
using Tensor images = tensor(training.Images, [training.Count, 1, 28, 28]), labels = tensor(training.Labels.Select(l => (long)l).ToArray());
random.manual_seed(0);
set_num_threads(1); // a network this small does not gain by more
using var model = Network();
long stepsAnEpoch = (training.Count + Batch - 1) / Batch;

// 1. Train as always.
using (var optimizer = optim.Adam(model.parameters(), 2e-3))
    Train(denseEpochs, 2e-3, optimizer, (logits, batch) => nn.functional.cross_entropy(logits, labels.index_select(0, batch)), () => { });
OnnxExport.Write(model, File("dense.onnx"), [new("input", [1, 1, 28, 28])], new() { Force = true });

// 2. Train on while pruning: three lines more. The dense network's answers help (optional).
using var teacher = Network();
teacher.load_state_dict(model.state_dict());
var distillation = new Distillation(teacher) { Temperature = 2, Weight = 0.5 };
using (var optimizer = optim.Adam(model.parameters(), 2e-3))
{
    var plan = new Plan { Schedule = Schedule.Cubic(Sparsity, beginStep: 0, endStep: prunedEpochs * stepsAnEpoch * 6 / 10) };
    using var pruner = new Pruner(model, plan, optimizer);
    Train(prunedEpochs, 2e-3, optimizer, (logits, batch) => distillation.loss(images.index_select(0, batch), logits, labels.index_select(0, batch)), pruner.step);
    SparsityReport report = pruner.finish();
    foreach (LayerSparsity layer in report.Layers)
        Console.WriteLine($"{layer.Name}: {layer.KeptCount:N0} of {layer.Count:N0} weights left");
}

// 3. Export, remove neurons that died, store what is left in 4 bits, archive.
OnnxExport.Write(model, File("pruned.onnx"), [new("input", [1, 1, 28, 28])], new() { Force = true });
ModelShrinker.Shrink(File("pruned.onnx"), File("shrunk.onnx"), new ShrinkTarget.Dead(Align: 1), new() { Force = true });
var packing = new PackOptions { Values = ValueEncoding.Codebook(4), Force = true };
ModelPacker.Pack(File("shrunk.onnx"), File("packed.onnx"), packing);
ArchivePacker.Pack(File("shrunk.onnx"), File("packed.psz"), packing);

// 4. What ONNX Runtime makes of each file: accuracy, and the time of 64 pictures on one thread, in turn with the dense network.
Console.WriteLine($"{"stage",-34}{"right",9}{"bytes",12}{"microseconds",14}");
using var options = new SessionOptions { IntraOpNumThreads = 1 };
foreach (var (stage, name) in new[] { ("dense", "dense.onnx"), ("pruned and fine-tuned", "pruned.onnx"), ("dead neurons removed", "shrunk.onnx"), ("packed, 4-bit values", "packed.onnx") })
{
    using var session = new InferenceSession(File(name), options);
    ModelLatency time = LatencyComparison.Measure([ModelSource.File(File("dense.onnx")), ModelSource.File(File(name))], Latency())[1];
    Show(stage, Accuracy(session), new FileInfo(File(name)).Length, time.MedianMilliseconds);
}

using (var sparse = SparseSession.Create(File("packed.onnx"), session: options))
{
    SparseBenchReport speed = SparseBench.Run(File("packed.onnx"), new() { Against = File("dense.onnx"), Latency = Latency() });
    Show("the same with sparse kernels", Accuracy(sparse.Session), new FileInfo(File("packed.onnx")).Length, speed.SparseMilliseconds);
    Console.WriteLine($"{speed.SpeedRatio:F1}x as fast as dense; as an archive {new FileInfo(File("packed.psz")).Length:N0} bytes");
}

if (args is not [_, _, _])
    Directory.Delete(folder, recursive: true);

static Sequential Network() => nn.Sequential(
    ("flatten", nn.Flatten()), ("fc1", nn.Linear(784, 300)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(300, 100)), ("relu2", nn.ReLU()), ("fc3", nn.Linear(100, 10)));

void Train(int epochs, double rate, OptimizerHelper optimizer, Func<Tensor, Tensor, Tensor> loss, Action afterStep)
{
    model.train();
    for (long step = 0, epoch = 0; epoch < epochs; epoch++)
    {
        using var order = randperm(training.Count);
        foreach (var batch in order.split(Batch))
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            loss(model.call(images.index_select(0, batch)), batch).backward();
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = rate * (1 + Math.Cos(Math.PI * step / (epochs * stepsAnEpoch))) / 2;
            optimizer.step();
            afterStep();
            step++;
        }
    }
}

double Accuracy(InferenceSession session)
{
    using var input = OrtValue.CreateTensorValueFromMemory(test.Images, [test.Count, 1, 28, 28]);
    using var run = new RunOptions();
    using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
    return test.Accuracy(outputs[0].GetTensorDataAsSpan<float>());
}

static LatencyOptions Latency() => new() { Dims = new Dictionary<string, int> { ["batch"] = 64 }, MinimumMilliseconds = 300 };

static void Show(string stage, double accuracy, long bytes, double milliseconds) =>
    Console.WriteLine($"{stage,-34}{accuracy,7:F2} %{bytes,12:N0}{milliseconds * 1000,14:F1}");
