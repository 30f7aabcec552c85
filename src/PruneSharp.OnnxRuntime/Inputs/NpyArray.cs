using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace PruneSharp.OnnxRuntime;

/// <summary>One array of NumPy's .npy format (version 1 to 3): little-endian numbers in C order.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Bytes">Values, row-major.</param>
internal sealed partial record NpyArray(TensorElementType Type, long[] Shape, byte[] Bytes)
{
    private const int LongestHeader = 1 << 16;

    /// <summary>Reads an array.</summary>
    /// <param name="stream">The .npy contents.</param>
    /// <param name="length">Bytes that the stream can give at most; nothing larger is believed.</param>
    /// <param name="mostRows">Rows of the first axis to keep; later ones are read and dropped, so that checksums can be compared.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidModelException">The contents are cut off or not of a form that is read.</exception>
    public static NpyArray Read(Stream stream, long length, int mostRows, string name)
    {
        InvalidModelException Bad(string problem) => new(name, problem);
        try
        {
            var start = new byte[10];
            stream.ReadExactly(start);
            if (start[0] != 0x93 || !start.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
                throw Bad("it is not a NumPy array.");
            int headerLength = start[8] | start[9] << 8;
            if (start[6] >= 2)
                headerLength |= stream.ReadByte() << 16 | stream.ReadByte() << 24;
            if (headerLength is < 0 or > LongestHeader)
                throw Bad($"its header claims {headerLength} bytes.");
            var header = new byte[headerLength];
            stream.ReadExactly(header);
            string text = Encoding.UTF8.GetString(header);
            if (Description().Match(text) is not { Success: true } match)
                throw Bad($"its header '{text.Trim()}' is not a plain array of numbers.");
            if (match.Groups["order"].Value == "True")
                throw Bad("it is stored in Fortran order; save it with np.ascontiguousarray.");
            var (type, size) = match.Groups["type"].Value switch
            {
                "<f4" => (TensorElementType.Float, 4),
                "<f8" => (TensorElementType.Double, 8),
                "<f2" => (TensorElementType.Float16, 2),
                "<i8" => (TensorElementType.Int64, 8),
                "<i4" => (TensorElementType.Int32, 4),
                "|u1" => (TensorElementType.UInt8, 1),
                "|i1" => (TensorElementType.Int8, 1),
                "|b1" => (TensorElementType.Bool, 1),
                var other => throw Bad($"it holds '{other}'; use float16, float32, float64, int32, int64, int8, uint8 or bool."),
            };
            long[] shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(d => long.Parse(d, NumberStyles.None, CultureInfo.InvariantCulture))];
            long bytes = shape.Aggregate((long)size, (product, dim) => checked(product * dim));
            long rows = shape.Length == 0 ? 1 : shape[0], keptRows = Math.Min(rows, mostRows), kept = rows == 0 ? 0 : bytes / rows * keptRows;
            if (bytes + 10 + headerLength > length || kept > Array.MaxLength)
                throw Bad($"its shape [{string.Join(", ", shape)}] needs {bytes} bytes; {Math.Max(0, length - 10 - headerLength)} are there.");
            var values = new byte[kept];
            stream.ReadExactly(values);
            if (shape.Length > 0)
                shape[0] = keptRows;
            Drain(stream, bytes - kept);
            return stream.ReadByte() < 0 ? new(type, shape, values) : throw Bad($"it goes on behind the {bytes} bytes of its shape [{string.Join(", ", shape)}].");
        }
        catch (Exception error) when (error is EndOfStreamException or OverflowException or InvalidDataException or FormatException)
        {
            throw new InvalidModelException(name, $"it is cut off or damaged: {error.Message}", error);
        }
    }

    private static void Drain(Stream stream, long count)
    {
        var buffer = new byte[Math.Min(count, 1 << 16)];
        for (; count > 0; count -= Math.Min(count, buffer.Length))
            stream.ReadExactly(buffer, 0, (int)Math.Min(count, buffer.Length));
    }

    [GeneratedRegex(@"'descr':\s*'(?<type>[^']+)'.*'fortran_order':\s*(?<order>True|False).*'shape':\s*\((?<shape>[0-9, ]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Description();
}
