#:project ../src/PruneSharp
// Prunes one tensor in memory: scores, mask, check, zeros.  dotnet run samples/mask-tensor.cs
using PruneSharp;

float[] weights = [0.5f, -0.1f, 0.02f, -0.9f, 0.3f, -0.04f, 0.7f, 0.2f];
WeightTensor tensor = WeightTensor.Of("linear.weight", weights, 2, 4);

// The lowest 50 % by magnitude, then the same amount by importance scores of one's own.
Mask byMagnitude = Structure.Unstructured.Prune(tensor, Criterion.L1, Selection.Count(0.5, weights.Length));
var scores = new Dictionary<string, ReadOnlyMemory<double>> { ["linear.weight"] = new double[] { 8, 7, 6, 5, 4, 3, 2, 1 } };
Mask byScores = Structure.Unstructured.Prune(tensor, Criterion.Custom(scores), 4);
Mask twoOfFour = Structure.NOfM(2, 4).Prune(tensor, Criterion.L1, 0);

foreach (var (name, mask) in new[] { ("magnitude", byMagnitude), ("scores", byScores), ("2:4", twoOfFour), ("both", byMagnitude.And(byScores)) })
    Console.WriteLine($"{name,-10} {string.Join(' ', mask.ToTensor<byte>())}  sparsity {mask.Sparsity:P0}");
byMagnitude.Zero(weights);
Console.WriteLine($"{"weights",-10} {string.Join(' ', weights)}");
