using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Values by which two forms of a model are compared. Behind operators that choose by value (TopK, NonMaxSuppression, ArgMax, …) a difference
/// in the last bit changes everything, so that in detection graphs the values that go into them are compared.
/// </summary>
internal sealed class ComparedOutputs
{
    private static readonly HashSet<string> Choosing = new(StringComparer.Ordinal)
    {
        "ArgMax", "ArgMin", "Bernoulli", "Multinomial", "NonMaxSuppression", "NonZero", "RandomNormalLike", "RandomUniformLike", "TopK", "Unique", "If", "Loop", "Scan",
    };

    private ComparedOutputs(IReadOnlyList<string> names, IReadOnlyList<string> added)
    {
        Names = names;
        Added = added;
    }

    /// <summary>Names of the values to compare.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Those that are no outputs of the model.</summary>
    public IReadOnlyList<string> Added { get; }

    /// <summary>Finds the values.</summary>
    public static ComparedOutputs Of(Cut cut)
    {
        var graph = cut.Graph;
        var behind = new HashSet<GraphTensor>();
        var before = new List<GraphTensor>();
        foreach (var node in graph.Nodes)
        {
            bool chosen = node.Inputs.OfType<GraphTensor>().Any(behind.Contains);
            // What loses indices itself has no shape in common to be compared.
            bool chooses = Choosing.Contains(node.Op) && !node.Inputs.OfType<GraphTensor>().Any(cut.Changes);
            if (!chosen && chooses)
                before.AddRange(node.Inputs.OfType<GraphTensor>().Where(t => !t.IsConstant && t.Producer is not null && t.Integers is null));
            if (chosen || chooses)
                behind.UnionWith(node.Outputs.OfType<GraphTensor>());
        }

        string[] own = [.. graph.Model.Proto.Graph.Output.Select(o => o.Name)];
        string[] direct = [.. own.Where(name => !graph.ByName.TryGetValue(name, out var tensor) || !behind.Contains(tensor))];
        string[] added = [.. before.Select(t => t.Name).Distinct(StringComparer.Ordinal).Where(name => !own.Contains(name))];
        return new([.. direct, .. added, .. own.Where(name => before.Any(t => t.Name == name) && !direct.Contains(name))], added);
    }

    /// <summary>Declares the added ones as outputs.</summary>
    public void AddTo(ModelEdits edits, OnnxModel model)
    {
        var place = model.Places[model.Proto.Graph];
        foreach (string name in Added)
            edits.Add(WireEdit.Of(place, place.End, 0, WireSplice.Field(12, new ValueInfoProto { Name = name }.ToByteArray())));
    }
}
