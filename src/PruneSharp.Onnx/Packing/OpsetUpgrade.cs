using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// Whether a model's opset has the unpacking operators, which all exist since opset 11, or can be raised to 11. It can where no operator of
/// the model changed its meaning or inputs on the way; the standard's change log names those that did.
/// </summary>
internal sealed class OpsetUpgrade
{
    /// <summary>The first opset with BitShift, CumSum and ScatterElements.</summary>
    public const int Needed = 11;

    private const int Oldest = 7;

    // Operator and the last opset up to 11 that changed it for existing models, or took it out.
    private static readonly Dictionary<string, int> Changed = new(StringComparer.Ordinal)
    {
        ["BatchNormalization"] = 9, ["Upsample"] = 10, ["Scan"] = 9, ["Slice"] = 10, ["TopK"] = 10, ["Dropout"] = 10, ["Resize"] = 11,
        ["Clip"] = 11, ["Pad"] = 11, ["Scatter"] = 11, ["OneHot"] = 11, ["Loop"] = 11, ["NonMaxSuppression"] = 11,
    };

    private OpsetUpgrade(long version, bool possible, string? obstacle)
    {
        Version = version;
        IsPossible = possible;
        Obstacle = obstacle;
    }

    /// <summary>The model's version of the standard operators.</summary>
    public long Version { get; }

    /// <summary>Whether unpacking nodes can stand in the model, after an upgrade where one is due.</summary>
    public bool IsPossible { get; }

    /// <summary>Why not.</summary>
    public string? Obstacle { get; }

    /// <summary>Whether the version must change.</summary>
    public bool IsDue => Version < Needed;

    /// <summary>Looks at a model.</summary>
    public static OpsetUpgrade Of(OnnxModel model)
    {
        long version = model.Proto.OpsetImport.Where(IsStandard).Select(o => o.Version).FirstOrDefault();
        if (version >= Needed)
            return new(version, true, null);
        if (version < Oldest)
            return new(version, false, $"opset {version} is too old for the unpacking operators, which need {Needed}");
        var node = AllNodes(model).FirstOrDefault(n => n.Domain is "" or "ai.onnx" && Changed.TryGetValue(n.OpType, out int since) && since > version);
        return node is null
            ? new(version, true, null)
            : new(version, false, $"opset {version} lacks the unpacking operators, and cannot be raised to {Needed} because {node.OpType} changed in {Changed[node.OpType]}");
    }

    /// <summary>Edits that raise the version.</summary>
    public IEnumerable<WireEdit> Edits(OnnxModel model)
    {
        var root = model.Places[model.Proto];
        for (int i = 0; i < model.OpsetImports.Count; i++)
        {
            if (!IsStandard(model.Proto.OpsetImport[i]))
                continue;
            var field = model.OpsetImports[i];
            byte[] entry = new OperatorSetIdProto { Domain = model.Proto.OpsetImport[i].Domain, Version = Needed }.ToByteArray();
            yield return WireEdit.Of(root, field.Start, field.End - field.Start, WireSplice.Field(8, entry));
        }
    }

    private static bool IsStandard(OperatorSetIdProto opset) => opset.Domain is "" or "ai.onnx";

    // The parser knows every node of graphs and sub-graphs by its place.
    private static IEnumerable<NodeProto> AllNodes(OnnxModel model) => model.Places.Keys.OfType<NodeProto>();
}
