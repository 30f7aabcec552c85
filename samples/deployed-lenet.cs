#:project ../src/PruneSharp.OnnxRuntime
#:project FashionMnist/FashionMnist.csproj
#:package Microsoft.ML.OnnxRuntime
// Accuracy, size and speed of a bundled network, dense and pruned to a twentieth of its weights:  dotnet run samples/deployed-lenet.cs
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using PruneSharp.OnnxRuntime;
using PruneSharp.Samples;

string dense = Model("lenet-300-100.onnx"), pruned = Model("lenet-300-100-20x.onnx");
FashionMnist test = FashionMnist.Test();
using var options = new SessionOptions { IntraOpNumThreads = 1 };
using var denseSession = new InferenceSession(dense, options);
using var sparseSession = SparseSession.Create(pruned, session: options);
SparseBenchReport one = Speed(1), many = Speed(64);

Console.WriteLine($"LeNet-300-100 on the {test.Count:N0} test pictures of Fashion-MNIST, in ONNX Runtime {OrtEnv.Instance().GetVersionString()}, one thread");
Console.WriteLine($"{"",-28}{"dense",14}{"20x pruned",14}");
Console.WriteLine($"{"right",-28}{Accuracy(denseSession),12:F2} %{Accuracy(sparseSession.Session),12:F2} %");
Console.WriteLine($"{"bytes of the file",-28}{Bytes(dense),14:N0}{Bytes(pruned),14:N0}   {(double)Bytes(dense) / Bytes(pruned):F1}x smaller");
Console.WriteLine($"{"microseconds, one picture",-28}{one.DenseMilliseconds * 1000,14:F1}{one.SparseMilliseconds * 1000,14:F1}   {one.SpeedRatioP10:F1}x as fast");
Console.WriteLine($"{"microseconds, 64 pictures",-28}{many.DenseMilliseconds * 1000,14:F1}{many.SparseMilliseconds * 1000,14:F1}   {many.SpeedRatioP10:F1}x as fast");

SparseBenchReport Speed(int batch) => SparseBench.Run(pruned, new() { Against = dense, Latency = new() { Dims = new Dictionary<string, int> { ["batch"] = batch }, Range = new InputRange(0, 1) } });

double Accuracy(InferenceSession session)
{
    using var input = OrtValue.CreateTensorValueFromMemory(test.Images, [test.Count, 1, 28, 28]);
    using var run = new RunOptions();
    using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
    return test.Accuracy(outputs[0].GetTensorDataAsSpan<float>());
}

static long Bytes(string path) => new FileInfo(path).Length;

static string Model(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "models", name);
