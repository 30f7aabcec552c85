using static PruneSharp.Tests.PyTorchBytes;

namespace PruneSharp.Tests;

public sealed class PyTorchWriterTests
{
    private static readonly PyTorchEntry _two = Entry("ä.two", "float32", [2, 1], 0, 0, 128, 63, 0, 0, 0, 64);

    [Fact]
    public void Write_gives_files_that_read_back()
    {
        foreach (long wideFrom in (long[])[uint.MaxValue, 100, 1])
        {
            var file = Open(Write(wideFrom, _two, Entry("one", "bool", [], 1), Entry("none", "int64", [0, 3]), _two with { Name = "tied", SameAs = "ä.two" }));
            Assert.Equal(["ä.two", "one", "none", "tied"], file.Tensors.Select(t => t.Name));
            Assert.Equal(["float32", "bool", "int64", "float32"], file.Tensors.Select(t => t.Type.Name));
            Assert.Equal(["2,1", "", "0,3", "2,1"], file.Tensors.Select(t => string.Join(',', t.Shape)));
            Assert.Equal([1f, 2], Floats(file, "ä.two"));
            Assert.Equal([1f, 2], Floats(file, "tied"));
            Assert.Same(file.Find("ä.two")!.View.Storage.Record, file.Find("tied")!.View.Storage.Record);
            Assert.Equal([1], Data(file, "one"));
        }
    }

    [Fact]
    public void Write_aligns_data_and_repeats_itself()
    {
        var bytes = Write(uint.MaxValue, Entry("a", "uint8", [3], 1, 2, 3), _two, Entry("b", "uint8", [1], 9));
        Assert.Equal(bytes, Write(uint.MaxValue, Entry("a", "uint8", [3], 1, 2, 3), _two, Entry("b", "uint8", [1], 9)));
        Assert.All(Open(bytes).Tensors, t => Assert.Equal(0, t.View.Storage.Record.Offset % 64));
        Assert.All(ZipDirectory.Read(new MemoryStream(bytes), "test.pt").Values, r => Assert.Equal(Crc32.Append(0, bytes.AsSpan((int)r.Offset, (int)r.Bytes)), r.Crc));
    }

    [Fact]
    public void Write_holds_more_tensors_than_zip_counts_in_16_bits()
    {
        var file = Open(Write(uint.MaxValue, [.. Enumerable.Range(0, 66_000).Select(i => Entry($"{i}", "uint8", [1], (byte)i))]));
        Assert.Equal(66_000, file.Tensors.Count);
        Assert.Equal([0xCF], Data(file, "65999"));
    }

    [Fact]
    public void Write_writes_shapes_that_32_bits_do_not_hold()
    {
        var tensor = Assert.Single(Open(Write(uint.MaxValue, Entry("a", "float32", [5_000_000_000, 0]))).Tensors);
        Assert.Equal([5_000_000_000, 0], tensor.Shape);
    }

    [Fact]
    public void Write_refuses_entries_that_do_not_keep_their_word()
    {
        static void Refused<T>(params PyTorchEntry[] entries) where T : Exception
        {
            var output = new MemoryStream();
            Assert.Throws<T>(() => PyTorchWriter.Write(output, entries, TestContext.Current.CancellationToken));
            Assert.True(typeof(T) != typeof(ArgumentException) || output.Length == 0);
        }

        Refused<ArgumentException>(_two, _two);
        Refused<ArgumentException>(_two with { Shape = [3] });
        Refused<ArgumentException>(_two with { Shape = [-2, -1] });
        Refused<ArgumentException>(_two with { Shape = [long.MaxValue, 2] });
        Refused<ArgumentException>(_two with { Name = "\ud800" });
        Refused<ArgumentException>(_two with { SameAs = "later" }, _two with { Name = "later" });
        Refused<ArgumentException>(_two, _two with { Name = "flat", Shape = [2], SameAs = _two.Name });
        Refused<InvalidOperationException>(_two with { Write = s => s.Write(new byte[9]) });
        Refused<InvalidOperationException>(_two with { Write = _ => { } });
    }

    private static byte[] Write(long wideFrom, params PyTorchEntry[] entries)
    {
        var stream = new MemoryStream();
        PyTorchWriter.Write(stream, entries, wideFrom, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    private static PyTorchEntry Entry(string name, string type, long[] shape, params byte[] data) =>
        new(name, PyTorchType.Find(type)!, shape, data.Length, s => s.Write(data));
}
