using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PruneSharp;

/// <summary>
/// One dense weight on its way into a sparse format. Its rows, those of the last axis, are read once for the sizes and once more for each
/// part that is written, so that no part is ever held.
/// </summary>
internal sealed class WeightCompression
{
    private const int PieceColumns = TensorCursor.MostBytes / sizeof(ulong);

    private readonly SafetensorsFile _file;
    private readonly SafetensorsTensor _tensor;
    private readonly bool _pairs;
    private readonly bool _keepNegativeZeros;
    private readonly long _columns;
    private readonly List<SafetensorsEntry> _entries = [];

    private WeightCompression(SafetensorsFile file, SafetensorsTensor tensor, CompressedTensorsFormat format, bool keepNegativeZeros)
    {
        _file = file;
        _tensor = tensor;
        _pairs = format == CompressedTensorsFormat.Sparse24Bitmask;
        _keepNegativeZeros = keepNegativeZeros;
        _columns = tensor.Shape[^1];
    }

    /// <summary>The parts to write.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    /// <summary>Size of all parts.</summary>
    public long Bytes => _entries.Sum(e => e.Bytes);

    /// <summary>Plans the parts of a weight.</summary>
    /// <returns>null where the weight should stay dense; <paramref name="reason"/> says why.</returns>
    public static WeightCompression? Plan(
        SafetensorsFile file, SafetensorsTensor tensor, CompressedTensorsFormat format, bool keepNegativeZeros, out string? reason)
    {
        reason = Unfit(file, tensor, format);
        if (reason is not null)
            return null;
        var weight = new WeightCompression(file, tensor, format, keepNegativeZeros);
        long survivors = weight._pairs ? tensor.Length / 2 : weight.Count();
        reason = weight._pairs ? weight.Crowded() : null;
        if (reason is not null)
            return null;
        weight.AddEntries(CompressedNames.Stem(tensor.Name)!, survivors);
        if (weight.Bytes < tensor.Bytes)
            return weight;
        reason = $"it would take {weight.Bytes} bytes instead of {tensor.Bytes}";
        return null;
    }

    private static string? Unfit(SafetensorsFile file, SafetensorsTensor tensor, CompressedTensorsFormat format)
    {
        if (CompressedNames.Stem(tensor.Name) is not { } stem)
            return "its name does not end in .weight";
        if (CompressedNames.IsFullName(stem))
            return $"its parts would be read as those of {stem}";
        if (CompressedNames.Parts.FirstOrDefault(p => file.Find(stem + p) is not null) is { } part)
            return $"the name {stem}{part} is taken";
        if (!tensor.Type.IsFloat)
            return $"its type is {tensor.Type}, not a float";
        if (tensor.Shape.Count == 0)
            return "it is a scalar";
        if (tensor.Bytes == 0)
            return "it is empty";
        if (format == CompressedTensorsFormat.SparseBitmask)
            return null;
        if (tensor.Shape.Count != 2)
            return $"it has {tensor.Shape.Count} dimensions; {format} is for matrices";
        return tensor.Shape[1] % 4 == 0 ? null : $"its {tensor.Shape[1]} columns are no multiple of 4";
    }

    private long Count()
    {
        long count = 0;
        Walk((_, _, _, bits) => count += Survivors.Count(bits));
        return count;
    }

    private string? Crowded()
    {
        string? reason = null;
        Walk((row, column, stored, bits) =>
        {
            int columns = stored.Length / _tensor.Type.Bytes;
            int group = reason is null ? TwoOfFourBits.FirstWrong(bits, columns, exactly: false) : -1;
            if (group >= 0)
                reason = $"the four weights from [{row}, {column + group * 4L}] have {TwoOfFourBits.Count(bits, group)} nonzeros; 2:4 keeps two";
        });
        return reason;
    }

    private void AddEntries(string stem, long survivors)
    {
        long rank = _tensor.Shape.Count, rows = _tensor.Length / _columns, maskColumns = _columns / 8 + (_columns % 8 == 0 ? 0 : 1);
        long[] outer = [.. _tensor.Shape.Take((int)rank - 1)];
        _entries.Add(new(stem + CompressedNames.Shape, SafetensorsType.I64, _pairs ? [rank, 1] : [rank], rank * sizeof(long), WriteShape));
        _entries.Add(new(stem + CompressedNames.Compressed, _tensor.Type, _pairs ? [rows, _columns / 2] : [survivors],
            survivors * _tensor.Type.Bytes, WriteSurvivors));
        _entries.Add(new(stem + CompressedNames.Bitmask, SafetensorsType.U8, [.. outer, maskColumns], rows * maskColumns, WriteBits));
        if (!_pairs)
            _entries.Add(new(stem + CompressedNames.RowOffsets, SafetensorsType.I64, outer, rows * sizeof(long), WriteRowOffsets));
    }

    private void WriteShape(Stream output)
    {
        foreach (long dimension in _tensor.Shape)
            WriteLong(output, dimension);
    }

    private void WriteSurvivors(Stream output)
    {
        var survivors = new byte[PieceColumns * _tensor.Type.Bytes];
        Walk((_, _, stored, bits) =>
        {
            Fill(stored, bits);
            output.Write(survivors.AsSpan(0, Survivors.Gather(stored, _tensor.Type.Bytes, bits, survivors)));
        });
    }

    private void WriteBits(Stream output) => Walk((_, _, stored, bits) =>
    {
        Fill(stored, bits);
        output.Write(bits);
    });

    private void WriteRowOffsets(Stream output)
    {
        long before = 0;
        Walk((_, column, _, bits) =>
        {
            if (column == 0)
                WriteLong(output, before);
            before += Survivors.Count(bits);
        });
    }

    private void Fill(ReadOnlySpan<byte> stored, Span<byte> bits)
    {
        if (_pairs)
            TwoOfFourBits.Fill(bits, stored.Length / _tensor.Type.Bytes);
    }

    // Visits row, first column, stored weights and their bits: whole rows, or pieces of them that are whole bytes of the bitmask.
    private void Walk(Action<long, long, ReadOnlySpan<byte>, Span<byte>> visit)
    {
        var cursor = new TensorCursor(_file, _tensor);
        var words = new ulong[PieceColumns / 64];
        int size = _tensor.Type.Bytes;
        for (long row = 0; row < _tensor.Length / _columns; row++)
        {
            for (long column = 0; column < _columns; column += PieceColumns)
            {
                int count = (int)Math.Min(PieceColumns, _columns - column);
                var stored = cursor.Take(count * size);
                NonZeroBits.Invoke(stored, size, _keepNegativeZeros, words);
                visit(row, column, stored, MemoryMarshal.AsBytes(words.AsSpan())[..((count + 7) / 8)]);
            }
        }
    }

    private static void WriteLong(Stream output, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        output.Write(bytes);
    }
}
