using System.Globalization;
using System.Text;

namespace PruneSharp;

/// <summary>Writes a state_dict that <c>torch.load</c> reads, also with <c>weights_only=True</c>. Equal arguments give equal bytes.</summary>
public static class PyTorchWriter
{
    private const string Folder = "archive/";

    /// <summary>Writes a zip archive of stored records: the pickle of an OrderedDict, then each entry's data in the order given.</summary>
    /// <param name="output">Written to from where it stands; it need not seek and stays open.</param>
    /// <param name="entries">The tensors.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// A name occurs twice or holds half a surrogate pair, an entry's size is not that of its shape and type, or it shares the memory of an
    /// entry that does not come before it or differs in type or shape. Nothing is written then.
    /// </exception>
    /// <exception cref="InvalidOperationException">An entry wrote more or fewer bytes than it said.</exception>
    public static void Write(Stream output, IReadOnlyList<PyTorchEntry> entries, CancellationToken cancellation = default) =>
        Write(output, entries, uint.MaxValue, cancellation);

    /// <summary>As above, with ZIP64 from a number of the caller's choice.</summary>
    internal static void Write(Stream output, IReadOnlyList<PyTorchEntry> entries, long wideFrom, CancellationToken cancellation)
    {
        var storages = Storages(entries);
        var zip = new ZipStoredWriter(output, wideFrom, cancellation);
        Add(zip, "data.pkl", PickleWriter.Write(entries.Select(e => (e, storages[e.Name]))));
        Add(zip, "byteorder", "little"u8.ToArray());
        foreach (var entry in entries)
        {
            if (entry.SameAs is null)
                zip.Add($"{Folder}data/{storages[entry.Name]}", entry.Bytes, entry.Write);
        }

        Add(zip, "version", "3\n"u8.ToArray());
        zip.Finish();
    }

    private static void Add(ZipStoredWriter zip, string name, byte[] bytes) => zip.Add(Folder + name, bytes.Length, s => s.Write(bytes));

    // The key of each entry's storage.
    private static Dictionary<string, string> Storages(IReadOnlyList<PyTorchEntry> entries)
    {
        var storages = new Dictionary<string, string>();
        var earlier = new Dictionary<string, PyTorchEntry>();
        int count = 0;
        foreach (var entry in entries)
        {
            if (!HasSizeOfShape(entry))
                throw new ArgumentException($"{entry.Name} has {entry.Bytes} bytes; its shape is [{string.Join(", ", entry.Shape)}] of {entry.Type}.", nameof(entries));
            if (!IsText(entry.Name))
                throw new ArgumentException($"The name {Shown.Text(entry.Name)} holds half a surrogate pair, which UTF-8 cannot write.", nameof(entries));
            if (entry.SameAs is { } same && !(earlier.TryGetValue(same, out var other) && other.Type == entry.Type && other.Shape.SequenceEqual(entry.Shape)))
                throw new ArgumentException($"{entry.Name} shares the memory of {same}, which must come before it with the same type and shape.", nameof(entries));
            if (!earlier.TryAdd(entry.Name, entry))
                throw new ArgumentException($"The name {entry.Name} occurs twice.", nameof(entries));
            storages[entry.Name] = entry.SameAs is { } owner ? storages[owner] : (count++).ToString(CultureInfo.InvariantCulture);
        }

        return storages;
    }

    private static bool IsText(string name)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(name) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static bool HasSizeOfShape(PyTorchEntry entry)
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
}
