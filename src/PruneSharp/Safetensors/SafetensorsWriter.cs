using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PruneSharp;

/// <summary>Writes safetensors files. Equal arguments give equal bytes.</summary>
public static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    /// <summary>Writes the header, padded with spaces to a multiple of 8 bytes, then each entry's data in the order given.</summary>
    /// <param name="output">Written to from where it stands; it need not seek and stays open.</param>
    /// <param name="entries">The tensors. Readers map them most easily where large elements come first, because then each is aligned.</param>
    /// <param name="metadata">Free text about the file, written by ordinal order of its keys; null or empty leaves it out.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// A name occurs twice or is <c>__metadata__</c>, or an entry's size is not that of its shape and type. Nothing is written then.
    /// </exception>
    /// <exception cref="InvalidOperationException">An entry wrote more or fewer bytes than it said.</exception>
    public static void Write(Stream output, IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellation = default)
    {
        Check(entries);
        var header = Header(entries, metadata);
        int padding = (HeaderAlignment - header.WrittenCount % HeaderAlignment) % HeaderAlignment;
        header.GetSpan(HeaderAlignment)[..padding].Fill((byte)' ');
        header.Advance(padding);

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.WrittenCount);
        output.Write(prefix);
        output.Write(header.WrittenSpan);
        foreach (var entry in entries)
        {
            using var counted = new CountedStream(output, entry.Name, entry.Bytes, cancellation);
            entry.Write(counted);
            counted.CheckFull();
        }
    }

    private static void Check(IReadOnlyList<SafetensorsEntry> entries)
    {
        var names = new HashSet<string> { "__metadata__" };
        foreach (var entry in entries)
        {
            if (!names.Add(entry.Name))
                throw new ArgumentException($"The name {entry.Name} occurs twice, or is kept for the file itself.", nameof(entries));
            if (!HasSizeOfShape(entry))
                throw new ArgumentException($"{entry.Name} has {entry.Bytes} bytes; its shape is [{string.Join(", ", entry.Shape)}] of {entry.Type}.", nameof(entries));
        }
    }

    private static bool HasSizeOfShape(SafetensorsEntry entry)
    {
        try
        {
            return entry.Shape.All(d => d >= 0) && SafetensorsTensor.Count([.. entry.Shape, entry.Type.Bytes]) == entry.Bytes;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static ArrayBufferWriter<byte> Header(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        long offset = 0;
        foreach (var entry in entries)
        {
            json.WriteStartObject(entry.Name);
            json.WriteString("dtype", entry.Type.Name);
            Numbers(json, "shape", entry.Shape);
            Numbers(json, "data_offsets", [offset, offset + entry.Bytes]);
            json.WriteEndObject();
            offset += entry.Bytes;
        }

        json.WriteEndObject();
        json.Flush();
        return buffer;
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
