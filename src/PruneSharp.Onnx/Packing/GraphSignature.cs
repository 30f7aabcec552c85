using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// A digest of the nodes and constants that a value is made from, whatever their names: two values with the same digest are computed in
/// the same way. Long constants count by type and dims only.
/// </summary>
internal sealed class GraphSignature(IReadOnlyDictionary<string, NodeProto> producers, Func<string, (TensorProto Tensor, byte[]? Content)?> constants)
{
    /// <summary>Constants of at most this many bytes count with their content.</summary>
    public const int MostContent = 4096;

    private const int MostDepth = 40;

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Digests of what packing would write.</summary>
    public static GraphSignature Of(UnpackScope scope)
    {
        var tensors = new Dictionary<string, (TensorProto, byte[]?)>(StringComparer.Ordinal);
        foreach (var constant in scope.Constants)
            tensors.Add(constant.Name, (constant, constant.RawData.ToByteArray()));
        foreach (var payload in scope.Payloads)
            tensors.Add(payload.Header.Name, (payload.Header, payload.Bytes <= MostContent ? [.. payload.Values().SelectMany(piece => piece)] : null));
        return new(scope.Nodes.ToDictionary(n => n.Output[0], StringComparer.Ordinal), name => tensors.TryGetValue(name, out var tensor) ? tensor : null);
    }

    /// <summary>The digest of a value.</summary>
    /// <exception cref="InvalidDataException">The value is made in a deeper way than packing writes.</exception>
    public string Of(string value) => Of(value, 0);

    /// <summary>The nodes that a value is made from.</summary>
    public IEnumerable<NodeProto> Reachable(string value)
    {
        var found = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var open = new Stack<string>([value]);
        while (open.TryPop(out string? name))
            if (producers.TryGetValue(name, out var node) && found.Add(node))
                foreach (string input in node.Input)
                    open.Push(input);
        return found;
    }

    private string Of(string value, int depth)
    {
        if (_known.TryGetValue(value, out string? known))
            return known;
        if (depth > MostDepth)
            throw new InvalidDataException("its nodes are nested deeper than packing writes them");
        var text = new StringBuilder();
        if (producers.TryGetValue(value, out var node))
        {
            text.Append($"{node.Domain}:{node.OpType}:{node.Output.Count}");
            foreach (var attribute in node.Attribute.OrderBy(a => a.Name, StringComparer.Ordinal))
                text.Append(attribute.T is null ? attribute.ToByteString().ToBase64() : $"{attribute.Name}:{attribute.T.DataType}[{string.Join(",", attribute.T.Dims)}]");
            foreach (string input in node.Input)
                text.Append('(').Append(Of(input, depth + 1)).Append(')');
        }
        else if (constants(value) is var (tensor, content))
        {
            text.Append($"{tensor.DataType}[{string.Join(",", tensor.Dims)}]");
            if (content is not null)
                text.Append(Convert.ToBase64String(content));
        }
        else
        {
            text.Append($"'{value}'");
        }

        return _known[value] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
