#:project ../src/PruneSharp.OnnxRuntime
#:package Microsoft.ML.OnnxRuntime
// Prunes 80 % of a model and runs what is left with sparse kernels:  dotnet run samples/accelerate-model.cs models/mlsd_tiny.onnx
using Microsoft.ML.OnnxRuntime;
using PruneSharp;
using PruneSharp.Kernels;
using PruneSharp.Onnx;
using PruneSharp.OnnxRuntime;

string model = args[0], folder = Directory.CreateTempSubdirectory("accelerate-model-").FullName, pruned = Path.Combine(folder, "pruned.onnx");
var plan = new Plan { Criterion = Criterion.L1, Structure = Structure.Block(4, 1), Allocation = Allocation.Local, Amount = 0.8, Targets = Recipe.Targets };
OnnxPruner.Prune(model, pruned, plan);

// An input for each that the model has, of random numbers from 0 to 1.
using var plain = new SessionOptions { IntraOpNumThreads = 1 };
using var dense = new InferenceSession(pruned, plain);
var random = new Random(0);
Dictionary<string, OrtValue> inputs = dense.InputMetadata.ToDictionary(input => input.Key, input => Numbers(input.Value.Dimensions));

// The same kernels in the application's process, without a native library.
using var options = new SessionOptions { IntraOpNumThreads = 1 };
using SparseSession session = SparseSession.Create(pruned, session: options);
foreach (LayerDecision layer in session.Layers)
    Console.WriteLine($"{layer.Node}: {(layer.Claimed ? layer.Format : "left")}, {layer.Reason}");
using var results = session.Run(inputs);
Console.WriteLine($"{session.Layers.Count(layer => layer.Claimed)} of {session.Layers.Length} layers run sparse");

// What they change: sums are added in another order, so the last bits. The scores of mlsd_tiny keep the local maxima of a map by comparing floats for
// equality; of a network that is pruned this much without retraining, a last bit can empty some of them.
using var run = new RunOptions();
using var expected = dense.Run(run, inputs, dense.OutputNames);
for (int i = 0; i < results.Count; i++)
{
    ReadOnlySpan<float> a = expected[i].GetTensorDataAsSpan<float>(), b = results[i].GetTensorDataAsSpan<float>();
    float largest = 0, scale = 0;
    for (int k = 0; k < a.Length; k++)
        (largest, scale) = (Math.Max(largest, Math.Abs(a[k] - b[k])), Math.Max(scale, Math.Abs(a[k])));
    Console.WriteLine($"{dense.OutputNames[i]}: largest difference {largest:G3}, at values up to {scale:G3}");
}

// And what they save: both take turns.
SparseBenchReport bench = SparseBench.Run(pruned, new SparseBenchOptions { Latency = new LatencyOptions { Threads = 1 } });
Console.WriteLine($"dense {bench.DenseMilliseconds:F1} ms, sparse {bench.SparseMilliseconds:F1} ms: {bench.SpeedRatio:F2}x as fast");

// With the native library the session is ONNX Runtime's own, in any language.
try
{
    using var provider = new SessionOptions { IntraOpNumThreads = 1 };
    provider.UseSparse();
    using var native = new InferenceSession(pruned, provider);
    Console.WriteLine("the execution provider is there too");
}
catch (FileNotFoundException missing)
{
    Console.WriteLine(missing.Message);
}

foreach (OrtValue value in inputs.Values)
    value.Dispose();
Directory.Delete(folder, recursive: true);

OrtValue Numbers(int[] dimensions)
{
    long[] shape = [.. dimensions.Select(size => (long)Math.Max(1, size))];
    var numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
    for (int i = 0; i < numbers.Length; i++)
        numbers[i] = random.NextSingle();
    return OrtValue.CreateTensorValueFromMemory(numbers, shape);
}
