using System.Buffers.Binary;
using static PruneSharp.Tests.PyTorchBytes;

namespace PruneSharp.Tests;

public sealed class PyTorchFileTests
{
    [Fact]
    public void Open_reads_a_state_dict_in_its_order()
    {
        var file = Open(Fixture("net.pt"));
        Assert.Equal(
            ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"], file.Tensors.Select(t => t.Name));
        Assert.Equal([3L, 2], file.Find("0.weight")!.Shape);
        Assert.Equal([0f, 1, 2, 3, 4, 5], Floats(file, "0.weight"));
        Assert.Equal(("int64", 0, 1L), (file.Find("1.num_batches_tracked")!.Type.Name, file.Find("1.num_batches_tracked")!.Shape.Count, file.Find("1.num_batches_tracked")!.Length));
        Assert.Null(file.Find("_metadata"));
    }

    [Theory]
    [InlineData("float32", "00000000 0000803F 00000040 00004040")]
    [InlineData("float64", "0000000000000000 000000000000F03F 0000000000000040 0000000000000840")]
    [InlineData("float16", "0000 003C 0040 0042")]
    [InlineData("bfloat16", "0000 803F 0040 4040")]
    [InlineData("int64", "0000000000000000 0100000000000000 0200000000000000 0300000000000000")]
    [InlineData("int32", "00000000 01000000 02000000 03000000")]
    [InlineData("int16", "0000 0100 0200 0300")]
    [InlineData("int8", "00 01 02 03")]
    [InlineData("uint8", "00 01 02 03")]
    [InlineData("complex64", "0000000000000000 0000803F00000000 0000004000000000 0000404000000000")]
    [InlineData("complex128", "00000000000000000000000000000000 000000000000F03F0000000000000000 00000000000000400000000000000000 00000000000008400000000000000000")]
    [InlineData("bool", "01 00 01")]
    public void Open_reads_every_type(string type, string hex)
    {
        var file = Open(Fixture("types.pt"));
        Assert.Equal(type, file.Find(type)!.Type.Name);
        Assert.Equal(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), Data(file, type));
    }

    [Theory]
    [InlineData("base", "4,6", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23")]
    [InlineData("tied", "4,6", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23")]
    [InlineData("row", "6", "6 7 8 9 10 11")]
    [InlineData("column", "4", "2 8 14 20")]
    [InlineData("transposed", "6,4", "0 6 12 18 1 7 13 19 2 8 14 20 3 9 15 21 4 10 16 22 5 11 17 23")]
    [InlineData("inner", "2,3", "8 9 10 14 15 16")]
    [InlineData("steps", "2,2", "0 3 12 15")]
    [InlineData("repeated", "3,2", "7 7 7 7 7 7")]
    [InlineData("scalar", "", "5")]
    [InlineData("empty", "0,3", "")]
    [InlineData("one", "1", "0")]
    public void Read_gives_views_in_row_major_order(string name, string shape, string values)
    {
        var file = Open(Fixture("views.pt"));
        Assert.Equal(shape, string.Join(',', file.Find(name)!.Shape));
        Assert.Equal(values, string.Join(' ', Floats(file, name)));
    }

    [Fact]
    public void Read_gives_any_part_of_a_view()
    {
        var file = Open(Fixture("views.pt"));
        var image = file.Find("image")!;
        var whole = Data(file, "image");
        Assert.Equal([.. Enumerable.Range(0, 120).Select(i => (float)i)], Floats(file, "image"));
        for (int offset = 0; offset <= whole.Length; offset += 3)
        {
            var part = new byte[Math.Min(29, whole.Length - offset)];
            file.Read(image, offset, part);
            Assert.Equal(whole[offset..(offset + part.Length)], part);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(image, 460, new byte[21]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(image, -1, new byte[1]));
    }

    [Fact]
    public void Open_names_the_tensors_of_a_checkpoint_by_their_keys()
    {
        var file = Open(Fixture("checkpoint.pt"));
        var names = file.Tensors.Select(t => t.Name).ToList();
        Assert.Equal("pair.0", names[0]);
        Assert.Equal("state_dict.0.weight", names[1]);
        Assert.Contains("optimizer.state.0.exp_avg", names);
        Assert.Equal(["parameter", "7.k"], names[^2..]);
        Assert.Equal([0f, 1], Floats(file, "parameter"));
        Assert.Equal(1 + 7 + 4 * 3 + 2, names.Count);
    }

    [Theory]
    [InlineData("module.pt", "wants to call torch.nn.modules.linear.Linear; only tensors are read. Save model.state_dict()")]
    [InlineData("legacy.pt", "PyTorch before 1.6, which is not read. Save it again")]
    [InlineData("protocol4.pt", "protocol 4; expected 2")]
    [InlineData("script.pt", "this is a TorchScript program")]
    public void Open_refuses_other_files_of_PyTorch(string name, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidModelException>(() => Open(Fixture(name))).Message);

    [Fact]
    public void IsPyTorch_knows_files_by_their_first_bytes()
    {
        Assert.True(PyTorchFile.IsPyTorch(Fixture("net.pt")));
        Assert.True(PyTorchFile.IsPyTorch(Fixture("legacy.pt")));
        Assert.False(PyTorchFile.IsPyTorch(SafetensorsBytes.Of(("a", "U8", [1], [1]))));
        Assert.False(PyTorchFile.IsPyTorch([]));
    }

    [Fact]
    public void Read_finds_tensors_behind_4_GB()
    {
        const long Hole = 5_000_000_000;
        byte[] pickle = [0x80, 2, .. Dict(Text("a"), Tensor(Storage(length: Hole / 4), Hole / 4 - 2, [2], [1])), (byte)'.'];
        byte[] head = Zip(("a/data.pkl", pickle))[..^(22 + 46 + 10)], values = [0, 0, 128, 63, 0, 0, 0, 64];
        byte[] local = [.. Code("PK\u0003\u0004"), .. new byte[22], 8, 0, 0, 0, .. Code("a/data/0")];
        long data = head.Length + local.Length, directory = data + Hole;
        byte[] first = Central("a/data.pkl", Crc32.Append(0, pickle), pickle.Length, 0), second = Central("a/data/0", 0, Hole, head.Length);
        byte[] end64 = [.. Code("PK\u0006\u0006"), .. new byte[20], .. Words(2, 2, first.Length + second.Length, directory)];
        byte[] tail = [.. first, .. second, .. end64, .. Code("PK\u0006\u0007"), 0, 0, 0, 0, .. Words(directory + first.Length + second.Length), 1, 0, 0, 0,
            .. Code("PK\u0005\u0006"), 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 12), 0, 0];
        var file = PyTorchFile.Open(new HoleStream(directory + tail.Length, (0, head), (head.Length, local), (directory - 8, values), (directory, tail)), "test.pt");
        Assert.Equal([1f, 2], Floats(file, "a"));
    }

    [Fact]
    public void Read_names_a_file_that_became_shorter()
    {
        var stream = new MemoryStream();
        stream.Write(Fixture("views.pt"));
        var file = PyTorchFile.Open(stream, "test.pt");
        stream.SetLength(100);
        Assert.Contains("ends inside tensor transposed", Assert.Throws<InvalidModelException>(() => Data(file, "transposed")).Message);
    }

    [Fact]
    public void Crc32_agrees_with_its_definition_at_every_length()
    {
        Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));
        var bytes = new byte[40];
        new Random(1).NextBytes(bytes);
        uint crc = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Equal(crc, Crc32.Append(0, bytes.AsSpan(0, i)));
            crc = Crc32.Append(crc, bytes.AsSpan(i, 1));
        }
    }

    private static byte[] Words(params long[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Central(string name, uint crc, long bytes, long header)
    {
        var entry = new byte[46];
        Code("PK\u0001\u0002").CopyTo(entry, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(16), crc);
        entry.AsSpan(20, 8).Fill(0xFF);
        entry[28] = (byte)name.Length;
        entry[30] = 28;
        entry.AsSpan(42, 4).Fill(0xFF);
        return [.. entry, .. Code(name), 1, 0, 24, 0, .. Words(bytes, bytes, header)];
    }
}
