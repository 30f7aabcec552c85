using System.Globalization;
using System.Text;

namespace PruneSharp;

/// <summary>
/// A file of PyTorch's <c>torch.save</c> (1.6 and later): a zip archive of stored records, one of them a pickle that says which tensors
/// there are. Only the pickle is held; values are read on demand, from several threads at once if need be. The pickle may hold a state_dict
/// or a checkpoint: dictionaries, lists and tuples of tensors, numbers and text. A tensor's name is the keys that lead to it, joined by
/// dots; what is no tensor is passed over. No code of the file runs, and whatever would need some is refused.
/// </summary>
public sealed class PyTorchFile
{
    /// <summary>Longest pickle that is read.</summary>
    public const int MostPickleBytes = 1 << 25;

    /// <summary>
    /// How often the file's own size all tensors together may take. Views of one storage may overlap and repeat, so their sizes are not
    /// bounded by what is stored.
    /// </summary>
    public const int MostGrowth = 64;

    private const long SmallBytes = 1 << 20;
    private const int MostNoteBytes = 64, NewestVersion = 10;

    private readonly Lock _lock = new();
    private readonly StreamPages _pages;
    private readonly Dictionary<string, PyTorchTensor> _byName;

    private PyTorchFile(Stream stream, string name, List<PyTorchTensor> tensors)
    {
        _pages = new(stream);
        Name = name;
        Tensors = tensors.AsReadOnly();
        _byName = tensors.ToDictionary(t => t.Name);
    }

    /// <summary>The name that errors give the file.</summary>
    public string Name { get; }

    /// <summary>All tensors in the order of the file's dictionaries.</summary>
    public IReadOnlyList<PyTorchTensor> Tensors { get; }

    /// <summary>Whether bytes start a file of <c>torch.save</c>: a zip archive, or the format before 1.6, which is not read.</summary>
    /// <param name="head">The file's first bytes; 262 are enough.</param>
    public static bool IsPyTorch(ReadOnlySpan<byte> head) => PyTorchFormat.IsPyTorch(head);

    /// <summary>Reads and checks the directory and the pickle.</summary>
    /// <param name="stream">The file from its start to its end. It stays the caller's and must not change or be read elsewhere while in use.</param>
    /// <param name="name">What errors call the file.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="InvalidModelException">
    /// The file is damaged, compressed, big-endian, of the format before PyTorch 1.6, or holds anything but tensors and plain values.
    /// </exception>
    public static PyTorchFile Open(Stream stream, string name)
    {
        if (!stream.CanRead || !stream.CanSeek)
            throw new ArgumentException("The stream must be readable and seekable.", nameof(stream));
        PyTorchFormat.CheckZip(stream, name);
        var records = ZipDirectory.Read(stream, name);
        string[] pickles = [.. records.Keys.Where(k => k.EndsWith("/data.pkl", StringComparison.Ordinal) && k.IndexOf('/') == k.Length - 9)];
        if (pickles.Length != 1)
            throw new InvalidModelException(name, $"the archive has {pickles.Length} records called */data.pkl; expected one. This is no file of torch.save.");
        string folder = pickles[0][..^8];
        if (records.ContainsKey(folder + "constants.pkl"))
            throw new InvalidModelException(name, "this is a TorchScript program, which is not read. Save its state_dict() with torch.save.");
        if (records.Values.FirstOrDefault(r => r.Method != 0) is { } packed)
        {
            throw new InvalidModelException(name, $"{Shown.Text(packed.Name)} in it is compressed (method {packed.Method}), "
                + "which torch.save never does. Save it again with torch.save.");
        }

        string order = Note(stream, records.GetValueOrDefault(folder + "byteorder"), name) ?? "little";
        if (order != "little")
            throw new InvalidModelException(name, $"its byte order is {Shown.Text(order)}; only little is read. Save it on a little-endian machine.");
        string version = Note(stream, records.GetValueOrDefault(folder + "version"), name) ?? "3";
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > NewestVersion)
            throw new InvalidModelException(name, $"its format version is {Shown.Text(version)}; known are 1 to {NewestVersion}.");

        var input = new PickleInput(Whole(stream, records[pickles[0]], MostPickleBytes, name), name);
        string data = folder + "data/";
        var storages = records.Where(r => r.Key.StartsWith(data, StringComparison.Ordinal)).ToDictionary(r => r.Key[data.Length..], r => r.Value);
        var root = PickleReader.Read(input, new(input, storages));
        var file = new PyTorchFile(stream, name, StateTree.Tensors(root, input));
        file.CheckGrowth(stream.Length);
        return file;
    }

    /// <summary>The tensor of a name; null where there is none.</summary>
    public PyTorchTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads part of a tensor's values in row-major order, whatever its strides are in the file.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="offset">Bytes to skip within the tensor.</param>
    /// <param name="destination">Filled; the range must lie inside the tensor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the tensor.</exception>
    /// <exception cref="InvalidModelException">The file has become shorter.</exception>
    public void Read(PyTorchTensor tensor, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, tensor.Bytes - destination.Length);
        var view = tensor.View;
        lock (_lock)
        {
            while (!destination.IsEmpty)
            {
                var (run, skipped) = Math.DivRem(offset, view.RunBytes);
                var piece = destination[..(int)Math.Min(destination.Length, view.RunBytes - skipped)];
                if (_pages.Read(view.Storage.Record.Offset + view.RunStart(run) + skipped, piece) < piece.Length)
                    throw new InvalidModelException(Name, $"the file ends inside tensor {tensor.Name}.");
                offset += piece.Length;
                destination = destination[piece.Length..];
            }
        }
    }

    private static string? Note(Stream stream, ZipRecord? record, string name) =>
        record is null ? null : Encoding.UTF8.GetString(Whole(stream, record, MostNoteBytes, name)).Trim();

    private static byte[] Whole(Stream stream, ZipRecord record, int most, string name)
    {
        if (record.Bytes > most)
            throw new InvalidModelException(name, $"{Shown.Text(record.Name)} in it has {record.Bytes} bytes; the most is {most}.");
        var bytes = new byte[record.Bytes];
        stream.Position = record.Offset;
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length || Crc32.Append(0, bytes) != record.Crc)
            throw new InvalidModelException(name, $"{Shown.Text(record.Name)} in it is damaged: its checksum is not the one that was stored.");
        return bytes;
    }

    private void CheckGrowth(long fileBytes)
    {
        decimal bytes = 0;
        foreach (var tensor in Tensors)
            bytes += tensor.Bytes;
        if (bytes > Math.Max(SmallBytes, (decimal)fileBytes * MostGrowth))
            throw new InvalidModelException(Name, $"its tensors are views that take {bytes} bytes, more than {MostGrowth} times the file's {fileBytes}.");
    }
}
