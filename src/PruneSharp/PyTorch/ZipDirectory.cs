using System.Buffers.Binary;
using System.Text;

namespace PruneSharp;

/// <summary>
/// The directory of a zip archive, ZIP64 included (PKWARE, ".ZIP File Format Specification" 6.3.10). Nothing is unpacked. Sizes and places
/// are compared with the archive before they are used; files may not overlap.
/// </summary>
internal sealed class ZipDirectory
{
    /// <summary>Longest directory that is read.</summary>
    public const int MostDirectoryBytes = 100_000_000;

    private const uint Local = 0x04034b50, Central = 0x02014b50, End = 0x06054b50, End64 = 0x06064b50, Locator64 = 0x07064b50;
    private const int LocalBytes = 30, CentralBytes = 46, EndBytes = 22, End64Bytes = 56, Locator64Bytes = 20;
    private const ushort Encrypted = 1 | 1 << 13;

    private readonly Stream _stream;
    private readonly string _file;
    private readonly long _size;

    private ZipDirectory(Stream stream, string file)
    {
        _stream = stream;
        _file = file;
        _size = stream.Length;
    }

    /// <summary>The files of an archive by their names.</summary>
    /// <exception cref="InvalidModelException">The archive is cut off or damaged.</exception>
    public static Dictionary<string, ZipRecord> Read(Stream stream, string file) => new ZipDirectory(stream, file).Records();

    private Dictionary<string, ZipRecord> Records()
    {
        var (offset, size, count) = Place();
        var directory = At(offset, (int)size);
        var records = new Dictionary<string, ZipRecord>();
        var taken = new List<(long Begin, long End, string Name)>();
        ReadOnlySpan<byte> rest = directory;
        for (; !rest.IsEmpty; count--)
        {
            if (count == 0 || rest.Length < CentralBytes || Double(rest, 0) != Central)
                throw Damaged($"its directory has no file entry {rest.Length} bytes before its end, or more entries than it says");
            int name = Half(rest, 28), extra = Half(rest, 30), length = CentralBytes + name + extra + Half(rest, 32);
            if (rest.Length < length)
                throw Damaged("its directory ends inside an entry");
            var (record, header) = Record(rest, Encoding.UTF8.GetString(rest.Slice(CentralBytes, name)), rest.Slice(CentralBytes + name, extra), offset);
            if (!records.TryAdd(record.Name, record))
                throw Damaged($"it holds {Shown.Text(record.Name)} twice");
            taken.Add((header, record.Offset + record.Bytes, record.Name));
            rest = rest[length..];
        }

        if (count != 0)
            throw Damaged($"its directory lacks {count} entries that it says it has");
        CheckApart(taken);
        return records;
    }

    private (long Offset, long Size, ulong Count) Place()
    {
        var tail = At(Math.Max(0, _size - EndBytes - ushort.MaxValue), (int)Math.Min(_size, EndBytes + ushort.MaxValue));
        int at = tail.Length - EndBytes;
        while (at >= 0 && (Double(tail, at) != End || Half(tail, at + 20) != tail.Length - at - EndBytes))
            at--;
        if (at < 0)
            throw Damaged("the directory that ends a zip archive is missing. Is the file cut off?");
        long end = _size - tail.Length + at;
        ulong count = Half(tail, at + 10), size = Double(tail, at + 12), offset = Double(tail, at + 16);
        if (end >= Locator64Bytes && At(end - Locator64Bytes, Locator64Bytes) is var locator && Double(locator, 0) == Locator64)
        {
            ulong place = Word(locator, 8);
            if (place > (ulong)(end - Locator64Bytes) || (ulong)(end - Locator64Bytes) - place < End64Bytes)
                throw Damaged($"its ZIP64 directory end lies at {place}, outside the file");
            var end64 = At((long)place, End64Bytes);
            if (Double(end64, 0) != End64)
                throw Damaged($"there is no ZIP64 directory end at {place}");
            (count, size, offset, end) = (Word(end64, 32), Word(end64, 40), Word(end64, 48), (long)place);
        }

        if (offset > (ulong)end || size > (ulong)end - offset)
            throw Damaged($"its directory of {size} bytes at {offset} does not end before {end}");
        if (size > MostDirectoryBytes)
            throw Damaged($"its directory has {size} bytes; the most is {MostDirectoryBytes}");
        return ((long)offset, (long)size, count);
    }

    private (ZipRecord Record, long Header) Record(ReadOnlySpan<byte> entry, string name, ReadOnlySpan<byte> extra, long dataEnd)
    {
        if ((Half(entry, 8) & Encrypted) != 0)
            throw Damaged($"{Shown.Text(name)} in it is encrypted");
        int method = Half(entry, 10);
        ulong packed = Double(entry, 20), size = Double(entry, 24), header = Double(entry, 42);
        Widen(extra, ref size, ref packed, ref header);
        if (method == 0 && size != packed)
            throw Damaged($"{Shown.Text(name)} in it has {size} bytes but takes {packed}, though it is stored");
        ulong fixedEnd = header + LocalBytes;
        if (header > (ulong)dataEnd || fixedEnd > (ulong)dataEnd)
            throw Damaged($"{Shown.Text(name)} in it begins at {header}, but the data ends at {dataEnd}");
        var local = At((long)header, LocalBytes);
        ulong start = fixedEnd + Half(local, 26) + Half(local, 28);
        if (Double(local, 0) != Local || Half(local, 26) != Half(entry, 28))
            throw Damaged($"there is no header of {Shown.Text(name)} at {header}");
        if (start > (ulong)dataEnd || packed > (ulong)dataEnd - start)
            throw Damaged($"{Shown.Text(name)} in it takes {packed} bytes from {start}, but the data ends at {dataEnd}");
        return (new(name, (long)start, (long)packed, Double(entry, 16), method), (long)header);
    }

    // The ZIP64 field holds, in this order, those of the three numbers that are too large for 32 bits.
    private static void Widen(ReadOnlySpan<byte> extra, ref ulong size, ref ulong packed, ref ulong header)
    {
        while (extra.Length >= 4 && Half(extra, 2) <= extra.Length - 4)
        {
            var field = extra.Slice(4, Half(extra, 2));
            if (Half(extra, 0) == 1)
            {
                Widen(ref field, ref size);
                Widen(ref field, ref packed);
                Widen(ref field, ref header);
                return;
            }

            extra = extra[(4 + Half(extra, 2))..];
        }
    }

    private static void Widen(ref ReadOnlySpan<byte> field, ref ulong value)
    {
        if (value != uint.MaxValue || field.Length < sizeof(ulong))
            return;
        value = Word(field, 0);
        field = field[sizeof(ulong)..];
    }

    private void CheckApart(List<(long Begin, long End, string Name)> taken)
    {
        taken.Sort();
        for (int i = 1; i < taken.Count; i++)
        {
            if (taken[i].Begin < taken[i - 1].End)
                throw Damaged($"{Shown.Text(taken[i].Name)} and {Shown.Text(taken[i - 1].Name)} in it overlap");
        }
    }

    private byte[] At(long position, int count)
    {
        var bytes = new byte[count];
        _stream.Position = position;
        if (_stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false) < count)
            throw Damaged($"it ends before {position + count}");
        return bytes;
    }

    private static ushort Half(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Double(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private InvalidModelException Damaged(string problem) => new(_file, $"the zip archive is damaged or not PyTorch's: {problem}.");
}
