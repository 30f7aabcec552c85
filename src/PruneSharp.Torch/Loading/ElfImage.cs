using System.Buffers.Binary;
using System.Text;

namespace PruneSharp.Torch;

/// <summary>
/// The dynamic section of a 64-bit little-endian ELF file ("Tool Interface Standard, ELF Specification 1.2" and the gABI's x86-64
/// supplement). Every offset is checked before it is used.
/// </summary>
internal sealed class ElfImage
{
    public const int SymbolBytes = 24;

    private const int Load = 1, Dynamic = 2;
    private const ulong Needed = 1, StringTable = 5;

    private readonly byte[] _bytes;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _loaded = [];
    private readonly List<(ulong Tag, ulong Value)> _dynamic = [];

    /// <summary>Reads the program headers and the dynamic section.</summary>
    /// <exception cref="InvalidModelException">The bytes are no such file.</exception>
    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        if (!bytes.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
            throw Damaged("it is no 64-bit little-endian ELF file");
        ulong headers = Word(32);
        int size = Half(54), count = Half(56);
        ulong dynamic = 0;
        for (int i = 0; i < count; i++)
        {
            ulong header = headers + (ulong)(i * size);
            if (Double(header) == Load)
                _loaded.Add((Word(header + 16), Word(header + 8), Word(header + 32)));
            else if (Double(header) == Dynamic)
                dynamic = Word(header + 8);
        }

        for (ulong entry = dynamic; dynamic != 0 && Word(entry) != 0; entry += 16)
            _dynamic.Add((Word(entry), Word(entry + 8)));
    }

    /// <summary>The value of the first dynamic entry with a tag; null where there is none.</summary>
    public ulong? Value(ulong tag) => _dynamic.Where(d => d.Tag == tag).Select(d => (ulong?)d.Value).FirstOrDefault();

    /// <summary>The file offset of what a dynamic entry points to.</summary>
    public ulong Offset(ulong tag)
    {
        ulong address = Value(tag) ?? throw Damaged($"dynamic entry 0x{tag:x} is missing");
        foreach (var (start, offset, size) in _loaded)
        {
            if (address >= start && address - start < size)
                return address - start + offset;
        }

        throw Damaged($"address 0x{address:x} lies in no segment");
    }

    /// <summary>Names of the libraries that this one needs.</summary>
    public IReadOnlyList<string> NeededLibraries() => [.. _dynamic.Where(d => d.Tag == Needed).Select(d => Text(d.Value))];

    /// <summary>A string of the dynamic string table.</summary>
    public string Text(ulong offset)
    {
        int start = Position(Offset(StringTable) + offset, 1), length = _bytes.AsSpan(start).IndexOf((byte)0);
        return length < 0 ? throw Damaged("a name does not end") : Encoding.ASCII.GetString(_bytes, start, length);
    }

    public ushort Half(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(Position(offset, sizeof(ushort))));

    public uint Double(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(Position(offset, sizeof(uint))));

    public ulong Word(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(Position(offset, sizeof(ulong))));

    /// <summary>Changes 16 bits of the file's bytes.</summary>
    public void SetHalf(ulong offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(Position(offset, sizeof(ushort))), value);

    /// <summary>The error for a file that does not hold what it should.</summary>
    public static InvalidModelException Damaged(string problem) => new("libLibTorchSharp.so", $"{problem}.");

    private int Position(ulong offset, int size) =>
        offset <= (ulong)(_bytes.Length - size) ? (int)offset : throw Damaged($"offset {offset} lies outside its {_bytes.Length} bytes");
}
