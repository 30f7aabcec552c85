using System.Buffers.Binary;
using CsCheck;
using static PruneSharp.Tests.SafetensorsBytes;

namespace PruneSharp.Tests;

public sealed class CompressedTensorsTests
{
    private static readonly CompressedTensorsFormat[] Formats = [CompressedTensorsFormat.SparseBitmask, CompressedTensorsFormat.Sparse24Bitmask];
    private static readonly string[] Floats = ["F8_E4M3", "F8_E5M2", "F16", "BF16", "F32", "F64"];

    [Fact]
    public void SparseBitmask_has_exactly_these_bytes()
    {
        var dense = new float[24];
        (dense[0], dense[9], dense[23]) = (1, -2, -0f);
        byte[] file = Compress(Of(("w.weight", "F32", [2, 12], Bytes(dense))), CompressedTensorsFormat.SparseBitmask);
        string header =
            """{"w.shape":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"w.row_offsets":{"dtype":"I64","shape":[2],"data_offsets":[16,32]}""" +
            ""","w.compressed":{"dtype":"F32","shape":[3],"data_offsets":[32,44]},"w.bitmask":{"dtype":"U8","shape":[2,2],"data_offsets":[44,48]}}""";
        Assert.Equal(Raw(header.PadRight((header.Length + 7) / 8 * 8),
        [
            2, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x80,
            0x01, 0x02, 0x00, 0x08,
        ]), file);
    }

    [Fact]
    public void Sparse24Bitmask_has_exactly_these_bytes()
    {
        // Groups with fewer than two survivors keep zeros at their lowest positions.
        byte[] dense =
        [
            0, 0, 1, 1, 0, 0, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 4, 4, 5, 5, 0, 0, 6, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 7,
        ];
        byte[] file = Compress(Of(("w.weight", "BF16", [2, 12], dense)), CompressedTensorsFormat.Sparse24Bitmask);
        string header =
            """{"w.shape":{"dtype":"I64","shape":[2,1],"data_offsets":[0,16]},"w.compressed":{"dtype":"BF16","shape":[2,6],"data_offsets":[16,40]}""" +
            ""","w.bitmask":{"dtype":"U8","shape":[2,2],"data_offsets":[40,44]}}""";
        Assert.Equal(Raw(header.PadRight((header.Length + 7) / 8 * 8),
        [
            2, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0,
            1, 1, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0,
            4, 4, 5, 5, 0, 0, 6, 6, 0, 0, 7, 7,
            0b0011_1010, 0b0000_0011, 0b0011_1100, 0b0000_1001,
        ]), file);
        Assert.Equal(dense, Data(Open(Decompress(file)), "w.weight"));
    }

    [Fact]
    public void Every_tensor_comes_back_with_all_its_bits() =>
        Gen.Select(Gen.Int[0, Floats.Length - 1], Gen.Long[0, 9].Array[0, 3], Gen.Long[1, 60], Gen.Double[0, 1], Gen.Int, Gen.Int[0, 1])
            .Sample((type, outer, columns, density, seed, format) =>
            {
                long[] shape = format == 1 && seed % 4 != 0 ? [outer.Sum(), columns * 4] : [.. outer, columns];
                byte[] data = Noise(shape, SafetensorsType.Find(Floats[type])!.Bytes, density, new Random(seed), pairs: format == 1 && seed % 5 != 0);
                byte[] dense = Of(("a.weight", Floats[type], shape, data), ("n", "I64", [1], Longs(seed)), ("a.bias", "F32", [1], [1, 2, 3, 4]));
                byte[] packed = Compress(dense, Formats[format], out var report);
                var restored = Open(Decompress(packed, out var back));
                Assert.Equal(data, Data(restored, "a.weight"));
                Assert.Equal(shape, restored.Find("a.weight")!.Shape);
                Assert.Equal(Floats[type], restored.Find("a.weight")!.Type.Name);
                Assert.Equal(Longs(seed), Data(restored, "n"));
                Assert.Equal([1, 2, 3, 4], Data(restored, "a.bias"));
                Assert.Equal(Open(packed).Tensors.Sum(t => t.Bytes), report.BytesAfter);
                Assert.Equal((report.BytesBefore, report.BytesAfter), (back.BytesAfter, back.BytesBefore));
                Assert.True(report.BytesAfter <= report.BytesBefore);
                Assert.All(report.Tensors, t => Assert.Equal(t.Format == "dense", t.Reason is not null));
            });

    [Theory]
    [InlineData(0, "F16", 2, 70_001)]
    [InlineData(0, "F64", 3, 32_769)]
    [InlineData(0, "F32", 40_000, 9)]
    [InlineData(1, "F16", 3, 65_540)]
    [InlineData(1, "BF16", 30_001, 12)]
    public void Rows_longer_and_shorter_than_a_buffer_come_back(int format, string type, long rows, long columns)
    {
        byte[] data = Noise([rows, columns], SafetensorsType.Find(type)!.Bytes, 0.05, new Random(1), pairs: format == 1);
        byte[] packed = Compress(Of(("a.weight", type, [rows, columns], data)), Formats[format], out var report);
        Assert.Equal(Formats[format].Name, Assert.Single(report.Tensors).Format);
        Assert.Equal(data, Data(Open(Decompress(packed)), "a.weight"));
    }

    [Fact]
    public void Metadata_is_kept()
    {
        byte[] file = Raw("""{"__metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1);
        var packed = Compress(file, Formats[0]);
        Assert.Equal("pt", Open(packed).Metadata["format"]);
        Assert.Equal("pt", Open(Decompress(packed)).Metadata["format"]);
    }

    [Fact]
    public void Negative_zeros_may_be_dropped()
    {
        var dense = Enumerable.Repeat(-0f, 100).ToArray();
        dense[50] = -1;
        byte[] file = Of(("a.weight", "F32", [10, 10], Bytes(dense)));
        Compress(file, Formats[0], out var kept);
        Assert.Equal("it would take 516 bytes instead of 400", Assert.Single(kept.Tensors).Reason);
        var output = new MemoryStream();
        CompressedTensors.Compress(Open(file), output, Formats[0], keepNegativeZeros: false, TestContext.Current.CancellationToken);
        Assert.Equal(Bytes([.. dense.Select(w => w == 0 ? 0f : w)]), Data(Open(Decompress(output.ToArray())), "a.weight"));
    }

    [Theory]
    [InlineData(0, "a.bias", "F32", "name does not end in .weight", 4L, 64L)]
    [InlineData(0, "a.weight.weight", "F32", "read as those of a.weight", 4L, 64L)]
    [InlineData(0, "taken.weight", "F32", "the name taken.row_offsets is taken", 4L, 64L)]
    [InlineData(0, "a.weight", "I32", "its type is I32, not a float", 4L, 64L)]
    [InlineData(0, "a.weight", "F32", "a scalar")]
    [InlineData(0, "a.weight", "F32", "empty", 1152921504606846976L, 0L)]
    [InlineData(0, "a.weight", "F32", "would take 17 bytes instead of 4", 1L)]
    [InlineData(1, "a.weight", "F32", "3 dimensions", 2L, 4L, 8L)]
    [InlineData(1, "a.weight", "F32", "6 columns are no multiple of 4", 4L, 6L)]
    [InlineData(1, "a.weight", "F32", "from [1, 4] have 3 nonzeros", 2L, 32L)]
    public void Compress_says_why_a_tensor_stays_dense(int format, string name, string type, string reason, params long[] shape)
    {
        var data = new byte[shape.Aggregate(4L, (a, b) => a * b)];
        if (shape is [2, 32])
            (data[36 * 4], data[37 * 4], data[39 * 4]) = (1, 1, 1);
        byte[] file = Of((name, type, shape, data), ("taken.row_offsets", "U8", [1], [0]));
        byte[] packed = Compress(file, Formats[format], out var report);
        var line = report.Tensors.Single(t => t.Name == name);
        Assert.Equal("dense", line.Format);
        Assert.Contains(reason, line.Reason);
        Assert.Equal(data, Data(Open(packed), name));
    }

    [Fact]
    public void Compress_refuses_a_compressed_file()
    {
        byte[] packed = Compress(Of(("a.weight", "F32", [4, 64], new byte[1024])), Formats[0]);
        Assert.Contains("already", Assert.Throws<InvalidModelException>(() => Compress(packed, Formats[0])).Message);
    }

    [Theory]
    [InlineData("a", "a.weight")]
    [InlineData("a.weight", "a.weight")]
    [InlineData("a.bias", "a.bias")]
    public void Decompress_reads_old_and_new_names(string prefix, string name)
    {
        var file = Open(Decompress(Of(Parts(prefix))));
        Assert.Equal(name, Assert.Single(file.Tensors).Name);
        Assert.Equal([0, 7, 0, 0, 0, 0, 0, 0, 9, 8], Data(file, name));
    }

    [Fact]
    public void Decompress_refuses_two_tensors_of_one_name()
    {
        Wrong([.. Parts("a"), ("a.weight", "U8", [1], [1])], "a name that is taken");
        Wrong([.. Parts("a"), .. Parts("a.weight")], "a name that is taken");
    }

    [Theory]
    [InlineData("compressed", "U8", "7 9", "2", "marks 3 weights, but a.compressed holds 2")]
    [InlineData("compressed", "U8", "7 9 8", "3 1", "expected one dimension")]
    [InlineData("bitmask", "U8", "2 0 3", "1 3", "expected shape [1, 2]")]
    [InlineData("bitmask", "I8", "2 3", "1 2", "of U8")]
    [InlineData("bitmask", "U8", "2 7", "1 2", "behind the last column of row 0")]
    [InlineData("shape", "U8", "1 10", "2", "of I64")]
    [InlineData("shape", "I64", "1", "1", "expected shape [2]")]
    [InlineData("shape", "I64", "1 -10", "2", "shape [1, -10]")]
    [InlineData("shape", "I64", "1 9223372036854775807", "2", "expected shape [1, 1152921504606846976]")]
    [InlineData("shape", "I64", "9223372036854775807 10", "2", "expected shape [9223372036854775807, 2]")]
    [InlineData("row_offsets", "I64", "1", "1", "at row 0")]
    [InlineData("row_offsets", "I64", "0 3", "2", "expected shape [1]")]
    [InlineData("row_offsets", "U8", "0", "1", "of I64")]
    public void Decompress_names_parts_that_do_not_fit(string part, string type, string values, string shape, string problem)
    {
        long[] numbers = [.. values.Split(' ').Select(long.Parse)];
        byte[] data = type == "I64" ? Longs(numbers) : [.. numbers.Select(n => (byte)n)];
        Wrong([.. Parts("a").Select(p => p.Name == "a." + part ? (p.Name, type, [.. shape.Split(' ').Select(long.Parse)], data) : p)], problem);
    }

    [Theory]
    [InlineData("0 1 2 3", true)]
    [InlineData("0 0 1 1", true)]
    [InlineData("0 1 1 1", false)]
    public void Row_offsets_above_rank_2_count_all_rows_or_those_of_the_first_axis(string offsets, bool sound)
    {
        (string Name, string Type, long[] Shape, byte[] Data)[] parts =
        [
            ("a.shape", "I64", [3], Longs(2, 2, 1)), ("a.row_offsets", "I64", [2, 2], Longs([.. offsets.Split(' ').Select(long.Parse)])),
            ("a.compressed", "U8", [4], [1, 2, 3, 4]), ("a.bitmask", "U8", [2, 2, 1], [1, 1, 1, 1]),
        ];
        if (sound)
            Assert.Equal([1, 2, 3, 4], Data(Open(Decompress(Of(parts))), "a.weight"));
        else
            Wrong(parts, "does not say at row 2");
    }

    [Theory]
    [InlineData("shape")]
    [InlineData("compressed")]
    [InlineData("bitmask")]
    public void Decompress_names_the_missing_part(string part) =>
        Wrong([.. Parts("a").Where(p => p.Name != "a." + part)], $"the compressed weight a has no tensor a.{part}");

    [Theory]
    [InlineData(1, 8, 4, "37", "marks 3 of the four weights from [0, 0]")]
    [InlineData(1, 8, 4, "31", "marks 1 of the four weights from [0, 0]")]
    [InlineData(1, 8, 3, "33", "expected shape [1, 4]")]
    [InlineData(1, 6, 3, "15", "whole groups of four")]
    [InlineData(2, 6, 3, "15 11", "marks 5 weights, but")]
    public void Decompress_names_wrong_pairs(long rows, long columns, long half, string mask, string problem)
    {
        byte[] bits = Convert.FromHexString(mask.Replace(" ", "", StringComparison.Ordinal));
        Wrong([("a.shape", "I64", [2, 1], Longs(rows, columns)), ("a.compressed", "U8", [rows, half], new byte[rows * half]),
            ("a.bitmask", "U8", [rows, 1], bits)], problem);
    }

    [Fact]
    public void Empty_weights_of_any_claimed_shape_end_at_once()
    {
        long huge = 1L << 60;
        var file = Open(Decompress(Of(("a.shape", "I64", [2, 1], Longs(huge, 0)), ("a.compressed", "F64", [huge, 0], []), ("a.bitmask", "U8", [huge, 0], []),
            ("b.shape", "I64", [2], Longs(0, long.MaxValue)), ("b.compressed", "F64", [0], []), ("b.bitmask", "U8", [0, huge], []),
            ("b.row_offsets", "I64", [0], []))));
        Assert.Equal(["a.weight", "b.weight"], file.Tensors.Select(t => t.Name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_flip_and_truncation_is_one_clear_error_or_a_sound_file(int format)
    {
        byte[] data = Noise([3, 20], 4, 0.2, new Random(5), pairs: true);
        byte[] file = Compress(Of(("a.weight", "F32", [3, 20], data), ("b", "U8", [3], [1, 2, 3])), Formats[format], out var report);
        Assert.Equal(Formats[format].Name, report.Tensors[0].Format);
        int refused = 0;
        for (int length = 0; length < file.Length; length++)
            refused += Survives(file[..length]) ? 0 : 1;
        Assert.Equal(file.Length, refused);
        for (int at = 0; at < file.Length; at++)
        {
            for (int flip = 1; flip <= 256; flip *= 2)
            {
                byte[] changed = [.. file];
                changed[at] ^= (byte)(flip == 256 ? 255 : flip);
                Survives(changed);
            }
        }
    }

    private static bool Survives(byte[] file)
    {
        try
        {
            Open(Decompress(file));
            return true;
        }
        catch (InvalidModelException)
        {
            return false;
        }
    }

    // One row of ten bytes: 0 7 0 0 0 0 0 0 9 8.
    private static (string Name, string Type, long[] Shape, byte[] Data)[] Parts(string prefix) =>
    [
        (prefix + ".shape", "I64", [2], Longs(1, 10)), (prefix + ".row_offsets", "I64", [1], Longs(0)),
        (prefix + ".compressed", "U8", [3], [7, 9, 8]), (prefix + ".bitmask", "U8", [1, 2], [2, 3]),
    ];

    private static void Wrong((string Name, string Type, long[] Shape, byte[] Data)[] parts, string problem)
    {
        var output = new MemoryStream();
        var error = Assert.Throws<InvalidModelException>(() => CompressedTensors.Decompress(Open(Of(parts)), output, TestContext.Current.CancellationToken));
        Assert.Contains(problem, error.Message);
        Assert.Equal(0, output.Length);
    }

    // Random bits, NaNs of all kinds among them, one in ten a negative zero; for pairs at most two of four.
    private static byte[] Noise(long[] shape, int size, double density, Random random, bool pairs)
    {
        var data = new byte[shape.Aggregate((long)size, (a, b) => a * b)];
        for (int i = 0; i < data.Length / size; i++)
        {
            if (random.NextDouble() >= density || (pairs && i / 4 * 7 % 4 != i % 4 && i / 4 * 3 % 4 + 1 != i % 4))
                continue;
            var weight = data.AsSpan(i * size, size);
            random.NextBytes(weight);
            if (random.Next(10) != 0)
                continue;
            weight.Clear();
            weight[^1] = 0x80;
        }

        return data;
    }

    private static byte[] Compress(byte[] file, CompressedTensorsFormat format) => Compress(file, format, out _);

    private static byte[] Compress(byte[] file, CompressedTensorsFormat format, out CompressedTensorsReport report)
    {
        var output = new MemoryStream();
        report = CompressedTensors.Compress(Open(file), output, format, cancellation: TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    private static byte[] Decompress(byte[] file) => Decompress(file, out _);

    private static byte[] Decompress(byte[] file, out CompressedTensorsReport report)
    {
        var output = new MemoryStream();
        report = CompressedTensors.Decompress(Open(file), output, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    private static byte[] Bytes(float[] values)
    {
        var bytes = new byte[values.Length * 4];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), values[i]);
        return bytes;
    }
}
