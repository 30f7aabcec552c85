using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>Every name of a value or node that a model uses, in all of its graphs.</summary>
internal static class ModelNames
{
    /// <summary>Collects the names.</summary>
    public static HashSet<string> Of(OnnxModel model)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in model.Places.Keys)
        {
            switch (message)
            {
                case NodeProto node:
                    names.Add(node.Name);
                    names.UnionWith(node.Input);
                    names.UnionWith(node.Output);
                    break;
                case TensorProto tensor:
                    names.Add(tensor.Name);
                    break;
                case GraphProto graph:
                    names.UnionWith(graph.Input.Select(i => i.Name));
                    names.UnionWith(graph.Output.Select(o => o.Name));
                    break;
                case ValueInfoProto value:
                    names.Add(value.Name);
                    break;
            }
        }

        return names;
    }
}
