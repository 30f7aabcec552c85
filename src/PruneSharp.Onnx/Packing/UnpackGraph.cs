using System.Runtime.InteropServices;
using Google.Protobuf;
using PruneSharp.Onnx.Proto;

namespace PruneSharp.Onnx;

/// <summary>
/// The nodes that rebuild one dense weight from packed data, all of them standard operators on constants, so that a runtime that folds
/// constants does the work once at load:
/// <code>
/// gaps     words ─ Cast ───────────────────────┐
///          words ─ Div ─ Mod ─ Reshape ────────┴ CumSum ─ Compress ┐
/// bitmask  bytes ─ BitShift ─ BitShift ─ Reshape ─ NonZero ─ Reshape ┴ indices
/// values   exact ──┬ values        zeros, indices, values ─ ScatterElements ─ (Concat of chunks) ─ Reshape ─ weight
///          fp16 ─ Cast
///          codes ─ Cast / Div ─ Mod ─ Reshape ─ Slice ─ Gather
/// </code>
/// </summary>
internal static class UnpackGraph
{
    /// <summary>First letters of the name of the node that ends a group; the encodings and a number follow.</summary>
    public const string Mark = "prunesharp:";

    /// <summary>Adds one weight.</summary>
    /// <param name="scope">Receives nodes and data.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="positions">How positions are stored; neither dense nor a sparse initializer.</param>
    public static void Add(UnpackScope scope, PackableWeight weight, PositionEncoding positions) =>
        Add(scope, new(
            weight.Weight.ValueName, weight.Weight.Shape, weight.Type, positions, weight.Values,
            weight.Choice.Codebook?.Entries.ToArray(),
            [.. weight.Statistics.Select((s, chunk) => new UnpackChunk(
                s.Length, s.Survivors, s.Advances,
                () => Positions(weight, positions, chunk),
                () => weight.ValueBytes(chunk)))]));

    /// <summary>Adds one weight.</summary>
    public static void Add(UnpackScope scope, UnpackSpec spec)
    {
        string mark = $"{Mark}{spec.Positions};{spec.Values};";
        string dims = scope.Constant(Longs([spec.Shape.Count], [.. spec.Shape]));
        if (spec.Chunks.All(c => c.Survivors == 0))
        {
            scope.Last("ConstantOfShape", mark, spec.Name, [dims], Attribute("value", Zero(spec.Type)));
            return;
        }

        string? entries = spec.Entries is null ? null : scope.Constant(Raw(OnnxType(spec.Type), [spec.Entries.Length / spec.Type.Bytes()], spec.Entries));
        var chunks = spec.Chunks.Select(chunk => Chunk(scope, spec, chunk, entries)).ToArray();
        string flat = chunks.Length == 1 ? chunks[0] : scope.Node("Concat", chunks, Attribute("axis", 0));
        scope.Last("Reshape", mark, spec.Name, [flat, dims]);
    }

    private static string Chunk(UnpackScope scope, UnpackSpec spec, UnpackChunk chunk, string? entries)
    {
        string zeros = scope.SharedNode("ConstantOfShape", [scope.Constant(Longs([1], chunk.Length))], Attribute("value", Zero(spec.Type)));
        if (chunk.Survivors == 0)
            return zeros;
        string indices = spec.Positions == PositionEncoding.Bitmask ? Bitmask(scope, chunk) : Gaps(scope, GapCode.Of(spec.Positions.GapBits, spec.Length), chunk);
        return scope.Node("ScatterElements", [zeros, indices, Values(scope, spec, chunk, entries)]);
    }

    private static string Gaps(UnpackScope scope, GapCode code, UnpackChunk chunk)
    {
        var type = code.Words.WordBytes == 8 ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Int32;
        long digits = code.Digits(chunk.Advances), words = code.Words.Words(digits);
        string digit = Digits(scope, code.Words, scope.Payload(WordType(code.Words), words, words * code.Words.WordBytes, () => [chunk.PositionBytes()]));
        string sum = scope.Node("CumSum", [digit, scope.Constant(Scalar(TensorProto.Types.DataType.Int64, 0))]);
        if (digits == chunk.Survivors)
            return sum;
        string kept = scope.Node("Less", [digit, scope.Constant(Scalar(type, code.Escape))]);
        string indices = scope.Node("Compress", [sum, kept]);
        scope.Shape(indices, type, chunk.Survivors);
        return indices;
    }

    private static string Bitmask(UnpackScope scope, UnpackChunk chunk)
    {
        int count = BitmaskCode.Bytes(chunk.Length);
        string bytes = scope.Payload(TensorProto.Types.DataType.Uint8, count, count, () => [chunk.PositionBytes()]);
        string left = scope.Node("BitShift", [bytes, scope.Constant(Raw(TensorProto.Types.DataType.Uint8, [8, 1], [7, 6, 5, 4, 3, 2, 1, 0]))], Attribute("direction", "LEFT"));
        string bits = scope.Node("BitShift", [left, scope.Constant(Raw(TensorProto.Types.DataType.Uint8, [1], [7]))], Attribute("direction", "RIGHT"));
        string flat = scope.Constant(Longs([1], -1));
        string indices = scope.Node("NonZero", [scope.Node("Reshape", [bits, flat])]);
        scope.Shape(indices, TensorProto.Types.DataType.Int64, 1, chunk.Survivors);
        return scope.Node("Reshape", [indices, flat]);
    }

    private static string Values(UnpackScope scope, UnpackSpec spec, UnpackChunk chunk, string? entries)
    {
        if (entries is null)
        {
            bool half = spec.Values == ValueEncoding.Half;
            var stored = half ? TensorProto.Types.DataType.Float16 : OnnxType(spec.Type);
            string values = scope.Payload(stored, chunk.Survivors, (long)chunk.Survivors * (half ? sizeof(ushort) : spec.Type.Bytes()), () => [chunk.ValueBytes()]);
            return half ? scope.Node("Cast", [values], Attribute("to", (long)OnnxType(spec.Type))) : values;
        }

        var words = PruneSharp.Codebook.Words(spec.Values.CodebookBits, spec.Length);
        long count = words.Words(chunk.Survivors);
        string packed = scope.Payload(WordType(words), count, count * words.WordBytes, () => [words.Pack(chunk.ValueBytes(), 0)]);
        string codes = Digits(scope, words, packed);
        if (count * words.PerWord > chunk.Survivors)
            codes = scope.Node("Slice", [codes, scope.Constant(Longs([1], 0)), scope.Constant(Longs([1], chunk.Survivors))]);
        return scope.Node("Gather", [entries, codes]);
    }

    // Words as one vector of INT32 or INT64 digits.
    private static string Digits(UnpackScope scope, DigitWords words, string packed)
    {
        var type = words.WordBytes == 8 ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Int32;
        string values = words.WordBytes == 1 ? scope.Node("Cast", [packed], Attribute("to", (long)type)) : packed;
        if (words.PerWord == 1)
            return values;
        string powers = scope.Constant(Raw(type, [words.PerWord, 1], Integers(type, words.Powers())));
        string rows = scope.Node("Mod", [scope.Node("Div", [values, powers]), scope.Constant(Scalar(type, words.Base))]);
        return scope.Node("Reshape", [rows, scope.Constant(Longs([1], -1))]);
    }

    private static byte[] Positions(PackableWeight weight, PositionEncoding positions, int chunk)
    {
        var survivors = weight.Chunks.Chunk(chunk).Positions;
        return positions == PositionEncoding.Bitmask
            ? BitmaskCode.Encode(survivors, weight.Statistics[chunk].Length)
            : GapCode.Of(positions.GapBits, weight.Length).Encode(survivors);
    }

    /// <summary>The ONNX type of stored weights.</summary>
    public static TensorProto.Types.DataType OnnxType(ElementType type) => type switch
    {
        ElementType.Float32 => TensorProto.Types.DataType.Float,
        ElementType.Float64 => TensorProto.Types.DataType.Double,
        ElementType.Float16 => TensorProto.Types.DataType.Float16,
        _ => TensorProto.Types.DataType.Bfloat16,
    };

    private static TensorProto.Types.DataType WordType(DigitWords words) => words.WordBytes switch
    {
        1 => TensorProto.Types.DataType.Uint8,
        4 => TensorProto.Types.DataType.Int32,
        _ => TensorProto.Types.DataType.Int64,
    };

    private static TensorProto Zero(ElementType type) => Raw(OnnxType(type), [1], new byte[type.Bytes()]);

    private static TensorProto Longs(long[] dims, params long[] values) => Raw(TensorProto.Types.DataType.Int64, dims, Integers(TensorProto.Types.DataType.Int64, values));

    private static TensorProto Scalar(TensorProto.Types.DataType type, long value) => Raw(type, [], Integers(type, [value]));

    private static TensorProto Raw(TensorProto.Types.DataType type, long[] dims, byte[] bytes) =>
        new() { DataType = (int)type, Dims = { dims }, RawData = ByteString.CopyFrom(bytes) };

    private static byte[] Integers(TensorProto.Types.DataType type, long[] values) => type == TensorProto.Types.DataType.Int64
        ? MemoryMarshal.AsBytes<long>(values).ToArray()
        : MemoryMarshal.AsBytes<int>([.. values.Select(v => (int)v)]).ToArray();

    private static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Attribute(string name, string value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    private static AttributeProto Attribute(string name, TensorProto value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = value };
}
