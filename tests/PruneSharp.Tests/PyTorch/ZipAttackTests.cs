using System.Buffers.Binary;
using System.IO.Compression;
using static PruneSharp.Tests.PyTorchBytes;

namespace PruneSharp.Tests;

public sealed class ZipAttackTests
{
    private static readonly byte[] _file = Fixture("net.pt");

    // Where the parts of the fixture are, which ends in its directory, a ZIP64 end, a locator and an end.
    private static int EndAt => _file.Length - 22;

    private static int LocatorAt => EndAt - 20;

    private static int End64At => LocatorAt - 56;

    private static int DirectoryAt => (int)BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(EndAt + 16));

    [Fact]
    public void Open_refuses_every_truncation()
    {
        for (int length = 0; length < _file.Length; length++)
            Assert.Throws<InvalidModelException>(() => Open(_file[..length]));
    }

    [Fact]
    public void Open_refuses_flipped_bytes_or_reads_the_same_shapes()
    {
        var shapes = Shapes(Open(_file));
        for (int i = 0; i < _file.Length; i++)
        {
            foreach (byte mask in (byte[])[1, 0x80, 0xFF])
            {
                byte[] flipped = [.. _file];
                flipped[i] ^= mask;
                try
                {
                    Assert.Equal(shapes, Shapes(Open(flipped)));
                }
                catch (InvalidModelException)
                {
                    // Refused, as most are.
                }
            }
        }
    }

    [Theory]
    [InlineData("end64", 32, 1, "more entries than it says")]
    [InlineData("end64", 32, 1_000_000_000_000, "lacks")]
    [InlineData("end64", 40, long.MaxValue, "does not end before")]
    [InlineData("end64", 48, long.MaxValue, "does not end before")]
    [InlineData("end64", 48, 0, "has no file entry")]
    [InlineData("locator", 8, long.MaxValue, "outside the file")]
    [InlineData("locator", 8, -1, "outside the file")]
    [InlineData("locator", 8, 0, "no ZIP64 directory end at 0")]
    [InlineData("end", 20, 5, "is missing")]
    public void Open_refuses_ends_that_lie(string part, int offset, long value, string problem)
    {
        byte[] changed = [.. _file];
        int at = part switch { "end64" => End64At, "locator" => LocatorAt, _ => EndAt };
        if (part == "end")
            BinaryPrimitives.WriteInt16LittleEndian(changed.AsSpan(at + offset), (short)value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(at + offset), value);
        Refused(changed, problem);
    }

    [Theory]
    [InlineData(8, 1, 2, "is encrypted")]
    [InlineData(10, 8, 2, "is compressed (method 8), which torch.save never does. Save it again")]
    [InlineData(16, 7, 4, "its checksum is not the one that was stored")]
    [InlineData(20, 7, 4, "takes 7, though it is stored")]
    [InlineData(24, 7, 4, "has 7 bytes but takes")]
    [InlineData(28, 9, 2, "no file entry|no header of")]
    [InlineData(30, 65535, 2, "ends inside an entry")]
    [InlineData(42, 1, 4, "no header of")]
    [InlineData(42, 0x7FFFFFFF, 4, "but the data ends at")]
    public void Open_refuses_entries_that_lie(int offset, long value, int bytes, string problems)
    {
        byte[] changed = [.. _file];
        BitConverter.GetBytes(value).AsSpan(0, bytes).CopyTo(changed.AsSpan(DirectoryAt + offset));
        string message = Assert.Throws<InvalidModelException>(() => Open(changed)).Message;
        Assert.Contains(problems.Split('|'), p => message.Contains(p, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_refuses_entries_larger_than_the_file()
    {
        byte[] changed = [.. _file];
        changed.AsSpan(DirectoryAt + 20, 8).Fill(0x7F);
        Refused(changed, "takes 2139062143 bytes from 64, but the data ends at");
    }

    [Fact]
    public void Open_refuses_compressed_archives()
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("a/data.pkl", CompressionLevel.Optimal).Open();
            entry.Write(new byte[10_000_000]);
        }

        Refused(stream.ToArray(), "a/data.pkl in it is compressed (method 8)");
    }

    [Fact]
    public void Open_refuses_records_that_overlap_or_occur_twice()
    {
        byte[] pickle = [0x80, 2, (byte)'}', (byte)'.'];
        Refused(Zip(("a/data.pkl", pickle), ("a/data.pkl", pickle)), "it holds a/data.pkl twice");
        Refused(Zip(("a/data.pkl", pickle), ("b/data.pkl", pickle)), "has 2 records called */data.pkl");
        Refused(Zip(("a/b/data.pkl", pickle)), "has 0 records called */data.pkl");
        Refused(Zip(), "do not start with PK");

        // The second entry is given the place of the first, whose name is as long.
        byte[] overlapping = Zip(("a/data.pkl", pickle), ("a/data/xxx", pickle));
        int second = overlapping.Length - 22 - 56;
        overlapping.AsSpan(second + 42, 4).Clear();
        Refused(overlapping, "in it overlap");
    }

    [Fact]
    public void Open_refuses_notes_it_does_not_know()
    {
        byte[] pickle = [0x80, 2, (byte)'}', (byte)'.'];
        byte[] With(string note, string text) => Zip(("a/data.pkl", pickle), ("a/" + note, Code(text)));
        Refused(With("byteorder", "big"), "its byte order is big; only little is read");
        Refused(With("byteorder", new string('x', 65)), "a/byteorder in it has 65 bytes; the most is 64");
        Refused(With("version", "11"), "its format version is 11; known are 1 to 10");
        Refused(With("version", "a\nb"), "its format version is a?b");
        Assert.Empty(Open(With("byteorder", "little")).Tensors);
        Assert.Empty(Open(With("version", "3\n")).Tensors);
    }

    [Fact]
    public void Open_refuses_a_pickle_beyond_the_limit()
    {
        var pickle = new byte[PyTorchFile.MostPickleBytes + 1];
        Refused(Zip(("a/data.pkl", pickle)), "a/data.pkl in it has 33554433 bytes; the most is 33554432");
    }

    [Fact]
    public void Open_refuses_other_formats()
    {
        Refused(SafetensorsBytes.Of(("a", "U8", [1], [1])), "no file of torch.save");
        var tar = new byte[512];
        Code("ustar").CopyTo(tar, 257);
        Refused(tar, "PyTorch before 1.6");
        Assert.Throws<ArgumentException>(() => PyTorchFile.Open(new DeflateStream(new MemoryStream(), CompressionMode.Decompress), "test.pt"));
    }

    private static string Shapes(PyTorchFile file) => string.Join(';', file.Tensors.Select(t => $"{t.Name} {t.Type} {string.Join(',', t.Shape)} {Data(file, t.Name).Length}"));

    private static void Refused(byte[] file, string problem)
    {
        var error = Assert.Throws<InvalidModelException>(() => Open(file));
        Assert.StartsWith("test.pt: ", error.Message);
        Assert.Contains(problem, error.Message);
    }
}
