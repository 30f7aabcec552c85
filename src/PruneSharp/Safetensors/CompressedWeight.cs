using System.Buffers.Binary;

namespace PruneSharp;

/// <summary>
/// One weight in a sparse format. Every size is checked against parts that the file holds before anything is allocated, and all of the
/// bitmask before anything is written.
/// </summary>
internal sealed class CompressedWeight
{
    private const int PieceColumns = TensorCursor.MostBytes / sizeof(ulong);
    private const int MostInnerRows = 1 << 24;

    private readonly SafetensorsFile _file;
    private readonly string _prefix;
    private readonly SafetensorsTensor _values;
    private readonly SafetensorsTensor _bitmask;
    private readonly SafetensorsTensor? _rowOffsets;
    private readonly long[] _shape;
    private readonly long _rows;

    private CompressedWeight(SafetensorsFile file, string prefix)
    {
        _file = file;
        _prefix = prefix;
        var shape = Part(CompressedNames.Shape);
        _values = Part(CompressedNames.Compressed);
        _bitmask = Part(CompressedNames.Bitmask);
        _rowOffsets = file.Find(prefix + CompressedNames.RowOffsets);
        Format = _rowOffsets is null ? CompressedTensorsFormat.Sparse24Bitmask : CompressedTensorsFormat.SparseBitmask;
        StoredBytes = shape.Bytes + _values.Bytes + _bitmask.Bytes + (_rowOffsets?.Bytes ?? 0);
        _shape = ReadShape(shape);
        _rows = SafetensorsTensor.Count(_shape[..^1]);
        Bytes = _rows * Columns * _values.Type.Bytes;
        if (_rowOffsets is null)
            CheckPairs();
        else
            CheckRows(_rowOffsets);
        CheckBits();
    }

    /// <summary>Name of the dense weight.</summary>
    public string Name => CompressedNames.Restored(_prefix);

    /// <summary>Its dimensions.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>The format: sparse-bitmask where there are row offsets.</summary>
    public CompressedTensorsFormat Format { get; }

    /// <summary>Size of the dense weight.</summary>
    public long Bytes { get; }

    /// <summary>Size of all parts.</summary>
    public long StoredBytes { get; }

    private long Columns => _shape[^1];

    /// <summary>Finds and checks the parts of a weight.</summary>
    /// <exception cref="InvalidModelException">A part is missing, or the parts do not fit each other.</exception>
    public static CompressedWeight Read(SafetensorsFile file, string prefix) => new(file, prefix);

    /// <summary>The dense weight to write.</summary>
    public SafetensorsEntry Entry() => new(Name, _values.Type, _shape, Bytes, Write);

    private SafetensorsTensor Part(string ending) => _file.Find(_prefix + ending)
        ?? throw new InvalidModelException(_file.Name, $"the compressed weight {_prefix} has no tensor {_prefix + ending}.");

    private long[] ReadShape(SafetensorsTensor stored)
    {
        int rank = _bitmask.Shape.Count;
        Expect(_bitmask, SafetensorsType.U8, rank > 0, "at least one dimension");
        Expect(stored, SafetensorsType.I64, stored.Shape.SequenceEqual([rank]) || stored.Shape.SequenceEqual([rank, 1]), $"shape [{rank}] or [{rank}, 1]");
        var cursor = new TensorCursor(_file, stored);
        var shape = new long[rank];
        for (int axis = 0; axis < rank; axis++)
            shape[axis] = BinaryPrimitives.ReadInt64LittleEndian(cursor.Take(sizeof(long)));
        if (shape.Any(d => d < 0))
            throw Wrong(stored, $"says the weight has shape [{string.Join(", ", shape)}].");
        long[] mask = [.. shape[..^1], shape[^1] / 8 + (shape[^1] % 8 == 0 ? 0 : 1)];
        Expect(_bitmask, SafetensorsType.U8, _bitmask.Shape.SequenceEqual(mask), $"shape [{string.Join(", ", mask)}]");
        return shape;
    }

    private void CheckRows(SafetensorsTensor rowOffsets)
    {
        Expect(rowOffsets, SafetensorsType.I64, rowOffsets.Shape.SequenceEqual(_shape[..^1]), $"shape [{string.Join(", ", _shape[..^1])}]");
        Expect(_values, _values.Type, _values.Shape.Count == 1, "one dimension");
    }

    private void CheckPairs()
    {
        if (_shape.Length != 2 || Columns % 2 != 0 || Bytes / _values.Type.Bytes % 4 != 0)
            throw Wrong(_bitmask, $"is for a weight of shape [{string.Join(", ", _shape)}]; {Format} needs a matrix with whole groups of four.");
        Expect(_values, _values.Type, _values.Shape.SequenceEqual([_rows, Columns / 2]), $"shape [{_rows}, {Columns / 2}]");
    }

    // A row's offset is the number of survivors before it. Above rank 2 compressed-tensors itself counts along the first axis only.
    private void CheckBits()
    {
        var bitmask = new TensorCursor(_file, _bitmask);
        var offsets = _rowOffsets is null ? null : new TensorCursor(_file, _rowOffsets);
        long innerRows = _rows == 0 ? 0 : _shape.Length < 3 ? 1 : _rows / _shape[0], before = 0, wrongRow = -1;
        var above = innerRows <= MostInnerRows ? new long[innerRows] : null;
        bool isAbove = above is not null;
        for (long row = 0; row < (offsets is null && Bytes == 0 ? 0 : _rows); row++)
        {
            long start = before;
            for (long column = 0; column < Columns; column += PieceColumns)
                before += CheckPiece(bitmask.Take(PieceBytes(column, out int count)), row, column, count);
            if (offsets is null)
                continue;
            long offset = BinaryPrimitives.ReadInt64LittleEndian(offsets.Take(sizeof(long)));
            wrongRow = offset == start || wrongRow >= 0 ? wrongRow : row;
            isAbove = isAbove && offset == above![row % innerRows];
            if (above is not null)
                above[row % innerRows] += before - start;
        }

        if (before != _values.Length)
            throw Wrong(_bitmask, $"marks {before} weights, but {_values.Name} holds {_values.Length}.");
        if (wrongRow >= 0 && !isAbove)
            throw Wrong(_rowOffsets!, $"does not say at row {wrongRow} how many weights the bitmask marks before it.");
    }

    private int CheckPiece(ReadOnlySpan<byte> bits, long row, long column, int count)
    {
        if (count % 8 != 0 && bits[^1] >> count % 8 != 0)
            throw Wrong(_bitmask, $"marks a weight behind the last column of row {row}.");
        int group = _rowOffsets is null && Columns % 4 == 0 ? TwoOfFourBits.FirstWrong(bits, count, exactly: true) : -1;
        return group < 0
            ? Survivors.Count(bits)
            : throw Wrong(_bitmask, $"marks {TwoOfFourBits.Count(bits, group)} of the four weights from [{row}, {column + group * 4L}]; {Format} has two.");
    }

    private void Write(Stream output)
    {
        var bitmask = new TensorCursor(_file, _bitmask);
        var values = new TensorCursor(_file, _values);
        int size = _values.Type.Bytes;
        var piece = new byte[size * Math.Min(PieceColumns, Columns)];
        for (long row = 0; row < (Bytes == 0 ? 0 : _rows); row++)
        {
            for (long column = 0; column < Columns; column += PieceColumns)
            {
                var bits = bitmask.Take(PieceBytes(column, out int count));
                var stored = piece.AsSpan(0, count * size);
                Survivors.Scatter(values.Take(Survivors.Count(bits) * size), size, bits, stored);
                output.Write(stored);
            }
        }
    }

    private int PieceBytes(long column, out int count)
    {
        count = (int)Math.Min(PieceColumns, Columns - column);
        return (count + 7) / 8;
    }

    private void Expect(SafetensorsTensor part, SafetensorsType type, bool shapeFits, string shape)
    {
        if (part.Type != type || !shapeFits)
            throw Wrong(part, $"is [{string.Join(", ", part.Shape)}] of {part.Type}; expected {shape} of {type}.");
    }

    private InvalidModelException Wrong(SafetensorsTensor part, string problem) =>
        new(_file.Name, $"tensor {part.Name} at data offset {part.Offset} {problem}");
}
