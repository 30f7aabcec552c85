namespace PruneSharp.Onnx;

/// <summary>
/// Writes a file with some ranges replaced. All other bytes are copied as they are; the length prefixes of the messages around a
/// replacement are rewritten only where their value changes.
/// </summary>
internal static class WireSplice
{
    /// <summary>Writes <paramref name="source"/> with <paramref name="edits"/> applied.</summary>
    /// <param name="source">The original.</param>
    /// <param name="edits">Ranges that do not overlap, in any order.</param>
    /// <param name="destination">Receives the result.</param>
    public static void Write(ByteSource source, IEnumerable<WireEdit> edits, Stream destination) => WriteAll(source, WithPrefixes(edits), destination);

    /// <summary>Bytes that <see cref="Write"/> writes, but for edits that announce 0 and write more.</summary>
    public static long Length(ByteSource source, IEnumerable<WireEdit> edits) => Length(source, WithPrefixes(edits));

    /// <summary>A whole model in memory, with edits applied.</summary>
    /// <exception cref="InvalidModelException">It does not fit into 2 GiB.</exception>
    public static byte[] ToArray(OnnxModel model, IEnumerable<WireEdit> edits)
    {
        var all = WithPrefixes(edits);
        long length = Length(model.Source, all);
        if (length > Array.MaxLength)
            throw new InvalidModelException(model.Name, $"changed in memory it would have {length} bytes; 2 GiB fit.");
        var bytes = new byte[length];
        WriteAll(model.Source, all, new MemoryStream(bytes));
        return bytes;
    }

    private static List<WireEdit> WithPrefixes(IEnumerable<WireEdit> edits)
    {
        var all = edits.ToList();
        all.AddRange(PrefixEdits(all));
        return all;
    }

    private static long Length(ByteSource source, List<WireEdit> all) => source.Length + all.Sum(edit => edit.NewLength - edit.Length);

    private static void WriteAll(ByteSource source, List<WireEdit> all, Stream destination)
    {
        long at = 0;
        foreach (var edit in all.OrderBy(e => e.Start).ThenBy(e => e.Length))
        {
            if (edit.Start < at)
                throw new InvalidOperationException($"Two edits overlap at byte {edit.Start}.");
            source.CopyTo(destination, at, edit.Start - at);
            edit.Write(destination);
            at = edit.Start + edit.Length;
        }

        source.CopyTo(destination, at, source.Length - at);
    }

    /// <summary>Bytes of a varint.</summary>
    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>(10);
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>A length-delimited field: tag, length, content.</summary>
    public static byte[] Field(int number, byte[] content) =>
        [.. Varint((ulong)number << 3 | (ulong)WireType.LengthDelimited), .. Varint((ulong)content.Length), .. content];

    // Growth goes from the inside out: a message grows by its edits and by its children's growth, prefixes included.
    private static List<WireEdit> PrefixEdits(List<WireEdit> edits)
    {
        var growth = new Dictionary<WireMessage, long>(ReferenceEqualityComparer.Instance);
        foreach (var edit in edits)
            Grow(edit.Owner, edit.NewLength - edit.Length);

        var prefixes = new List<WireEdit>();
        var byDepth = new PriorityQueue<WireMessage, int>(growth.Keys.Select(m => (m, -m.Depth)));
        while (byDepth.TryDequeue(out var message, out _))
        {
            if (message.Parent is null || !growth.Remove(message, out long grown) || grown == 0)
                continue;
            var prefix = Varint((ulong)(message.Length + grown));
            long oldLength = message.Start - message.PrefixStart;
            prefixes.Add(WireEdit.Of(message.Parent, message.PrefixStart, oldLength, prefix));
            Grow(message.Parent, grown + prefix.Length - oldLength);
            byDepth.Enqueue(message.Parent, -message.Parent.Depth);
        }

        return prefixes;

        void Grow(WireMessage message, long bytes) => growth[message] = growth.GetValueOrDefault(message) + bytes;
    }
}
