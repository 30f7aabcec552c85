using PruneSharp.Onnx;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.OnnxRuntime.Tests;

/// <summary>Inferred shapes and values beside those that ONNX Runtime gives, for one model under the same sizes.</summary>
internal sealed class ShapeAgreement
{
    private static readonly Dictionary<string, int> NoDims = [];

    public List<string> Problems { get; } = [];

    public int Observed { get; private set; }

    public int Inferred { get; private set; }

    public int Integers { get; private set; }

    public HashSet<string> Operators { get; } = new(StringComparer.Ordinal);

    public List<string> Missing { get; } = [];

    /// <summary>False where ONNX Runtime does not run the model.</summary>
    public bool Add(string path)
    {
        using var model = OnnxModel.Open(path);
        if (ShapeProbe.Observe(model, NoDims, TestContext.Current.CancellationToken) is not { } probe)
            return false;
        IReadOnlyDictionary<string, long> sizes;
        using (var session = ModelSession.Open(path))
            sizes = GeneratedInputs.FindDims(session, model.Name, NoDims).Sizes(session.InputMetadata);
        var inferred = StaticShapes.Infer(model, [sizes]).Samples[0];
        foreach (var node in model.Proto.Graph.Node)
            Compare(Path.GetFileName(Path.GetDirectoryName(path)) + "/" + model.Name, node, probe.Samples[0], inferred);
        foreach (var node in model.Proto.Graph.Node)
            Evaluate(model, node, probe.Samples[0]);
        return true;
    }

    private void Compare(string model, NodeProto node, IReadOnlyDictionary<string, ObservedTensor> observed, IReadOnlyDictionary<string, ObservedTensor> inferred)
    {
        foreach (string name in node.Output.Where(observed.ContainsKey))
        {
            Observed++;
            if (!inferred.TryGetValue(name, out var ours))
            {
                Missing.Add($"{model} {node.OpType} {name}");
                continue;
            }

            Inferred++;
            Operators.Add(node.OpType);
            if (!ours.Dims.SequenceEqual(observed[name].Dims))
                Problems.Add($"{model} {node.OpType} {name}: [{string.Join(", ", ours.Dims)}], observed [{string.Join(", ", observed[name].Dims)}]");
            Same($"{model} {node.OpType} {name}", ours, observed[name]);
        }
    }

    private void Evaluate(OnnxModel model, NodeProto node, IReadOnlyDictionary<string, ObservedTensor> observed)
    {
        long opset = model.Proto.OpsetImport.First(o => o.Domain.Length == 0).Version;
        if (IntegerEvaluator.Evaluate(node, opset, [.. node.Input.Select(observed.GetValueOrDefault)], t => SmallConstants.Integers(model, t)) is not { } outputs)
            return;
        for (int i = 0; i < outputs.Length; i++)
            if (observed.TryGetValue(node.Output[i], out var tensor))
                Same($"{model.Name} {node.OpType} {node.Output[i]}", outputs[i], tensor);
    }

    private void Same(string what, ObservedTensor ours, ObservedTensor observed)
    {
        if (ours.Integers is null || observed.Integers is null)
            return;
        Integers++;
        if (!ours.Integers.SequenceEqual(observed.Integers))
            Problems.Add($"{what}: values {string.Join(", ", ours.Integers.Take(12))}; observed {string.Join(", ", observed.Integers.Take(12))}");
    }
}
