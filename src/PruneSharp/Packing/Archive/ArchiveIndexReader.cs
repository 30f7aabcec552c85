using System.Buffers.Binary;
using System.Text;

namespace PruneSharp;

/// <summary>Reads and checks the index of an archive.</summary>
internal ref struct ArchiveIndexReader(ReadOnlySpan<byte> index, long blocksEnd)
{
    private const int MostRank = 64;
    private const int MostFiles = 16384;

    private readonly ReadOnlySpan<byte> _index = index;
    private readonly long _blocksEnd = blocksEnd;
    private int _at;
    private long _offset;

    /// <summary>The block with all bytes outside of tensors, and the files.</summary>
    /// <exception cref="InvalidDataException">The index is damaged or contradicts itself.</exception>
    public (ArchiveBlock Skeleton, List<ArchiveFile> Files) Read()
    {
        _offset = ArchiveFormat.HeaderBytes;
        var skeleton = Block();
        int count = Number(MostFiles, "the number of files");
        var files = new List<ArchiveFile>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < count; i++)
        {
            files.Add(File());
            if (!names.Add(files[i].Name))
                throw new InvalidDataException($"two files are named {files[i].Name}");
        }

        if (_at != _index.Length || _offset != _blocksEnd)
            throw new InvalidDataException($"the index ends at byte {_at} of {_index.Length} and its blocks at {_offset} of {_blocksEnd}");
        return (skeleton, files);
    }

    private ArchiveFile File()
    {
        string name = Text();
        if (name.Length is 0 or > 255 || name is "." or ".." || name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c)))
            throw new InvalidDataException($"the file name '{name}' is no plain name");
        ulong length = VarInt.Read(_index, ref _at);
        byte[] digest = Take(ArchiveFormat.DigestBytes).ToArray();
        int count = Number(_index.Length, "the number of segments");
        var segments = new List<ArchiveSegment>();
        ulong sum = 0;
        for (int i = 0; i < count; i++)
        {
            var segment = Segment();
            segments.Add(segment);
            sum += (ulong)segment.Bytes;
            if (sum > length)
                break;
        }

        return sum == length && length <= long.MaxValue / 2
            ? new(name, (long)length, digest, segments)
            : throw new InvalidDataException($"the segments of {name} have {sum} bytes, the file {length}");
    }

    private ArchiveSegment Segment()
    {
        if (Number(1, "the kind of a segment") == 0)
        {
            ulong bytes = VarInt.Read(_index, ref _at);
            return bytes <= long.MaxValue / 4 ? new((long)bytes, null) : throw new InvalidDataException($"a segment before byte {_at} has {bytes} bytes");
        }

        string name = Text();
        var type = (ElementType)Number((int)ElementType.BFloat16, "an element type");
        var shape = new long[Number(MostRank, "a rank")];
        long length = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            ulong dim = VarInt.Read(_index, ref _at);
            if (dim > long.MaxValue / 64 || (dim > 0 && length > long.MaxValue / 64 / (long)dim))
                throw new InvalidDataException($"the shape of {name} is impossible");
            length *= shape[i] = (long)dim;
        }

        long chunks = (length + SparseChunk.MostLength - 1) / SparseChunk.MostLength;
        if (chunks > _index.Length)
            throw new InvalidDataException($"{name} would have {chunks} blocks, more than the index can hold");
        var blocks = new List<ArchiveBlock>();
        for (long i = 0; i < chunks; i++)
            blocks.Add(Block());
        return new(length * type.Bytes(), new(name, shape, type, blocks));
    }

    private ArchiveBlock Block()
    {
        int bytes = Number(int.MaxValue, "the size of a block");
        var block = new ArchiveBlock(_offset, bytes, BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint))));
        _offset += bytes;
        return _offset <= _blocksEnd ? block : throw new InvalidDataException($"a block ends at byte {_offset}, behind the start of the index at {_blocksEnd}");
    }

    private int Number(int most, string what) => VarInt.Read(_index, ref _at, most, what);

    private string Text()
    {
        try
        {
            return new UTF8Encoding(false, true).GetString(Take(Number(1 << 16, "the length of a name")));
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"the name before byte {_at} is no UTF-8", error);
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _index.Length - _at)
            throw new InvalidDataException($"the index ends within an entry at byte {_at}");
        _at += count;
        return _index[(_at - count).._at];
    }
}
