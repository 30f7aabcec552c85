using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PruneSharp.Kernels;

/// <summary>A hash of everything of a graph that a decision depends on: operators with names, attributes and wiring, known shapes, constants with their values.</summary>
internal sealed class GraphHash
{
    private uint _crc;
    private long _length;

    private GraphHash() { }

    /// <summary>
    /// The CRC-32 and the number of the bytes, in hexadecimal. What has no order of its own is taken in that of its name. A decision is checked against the
    /// graph before it is used, so an equal hash by chance costs speed and never a result.
    /// </summary>
    public static string Of(LayerGraph graph)
    {
        GraphHash hash = new();
        hash.Add(graph);
        return FormattableString.Invariant($"{hash._crc:x8}-{hash._length:x}");
    }

    private void Add(LayerGraph graph)
    {
        Add(graph.Nodes.Length);
        foreach (LayerNode node in graph.Nodes) Add(node);
        Add(graph.Inputs);
        Add(graph.Outputs);
        Add([.. graph.Floats.Order(StringComparer.Ordinal)]);
        Add(graph.Shapes.Count);
        foreach (var (name, shape) in graph.Shapes.OrderBy(shape => shape.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(shape.AsSpan());
        }

        Add(graph.Constants.Count);
        foreach (var (name, constant) in graph.Constants.OrderBy(constant => constant.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(constant.Shape.AsSpan());
            Add(constant.Values.Length);
            Append(MemoryMarshal.AsBytes(constant.Values.Span));
        }
    }

    private void Add(LayerNode node)
    {
        Add(node.Name);
        Add(node.Operator);
        Add(node.Domain);
        Add(node.Inputs);
        Add(node.Outputs);
        Add(node.Attributes.Count);
        foreach (var (name, value) in node.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(value.Integers.AsSpan());
            Add(value.Floats.Length);
            Append(MemoryMarshal.AsBytes(value.Floats.AsSpan()));
            Add(value.Text is null ? 0 : 1);
            Add(value.Text ?? "");
        }
    }

    private void Add(IReadOnlyCollection<string> texts)
    {
        Add(texts.Count);
        foreach (string text in texts) Add(text);
    }

    private void Add(ReadOnlySpan<long> numbers)
    {
        Add(numbers.Length);
        foreach (long number in numbers) Add(number);
    }

    private void Add(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Add(bytes.Length);
        Append(bytes);
    }

    // Lengths stand before what they are of, so that no two graphs give the same bytes.
    private void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> bytes) => (_crc, _length) = (Crc32.Append(_crc, bytes), _length + bytes.Length);
}
