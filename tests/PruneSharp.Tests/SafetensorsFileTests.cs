using System.Text;
using static PruneSharp.Tests.SafetensorsBytes;

namespace PruneSharp.Tests;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Open_reads_tensors_by_data_order_and_metadata()
    {
        var file = Open(Raw(
            """{"b":{"dtype":"U8","shape":[2,1],"data_offsets":[4,6]},"__metadata__":{"k":"v"},"a":{"data_offsets":[0,4],"shape":[],"dtype":"F32"}}   """,
            1, 2, 3, 4, 5, 6));
        Assert.Equal(["a", "b"], file.Tensors.Select(t => t.Name));
        Assert.Equal(("v", 1), (file.Metadata["k"], file.Metadata.Count));
        Assert.Equal([2L, 1], file.Find("b")!.Shape);
        Assert.Equal([5, 6], Data(file, "b"));
        Assert.Null(file.Find("c"));
        var part = new byte[2];
        file.Read(file.Find("a")!, 1, part);
        Assert.Equal([2, 3], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Find("a")!, 3, new byte[2]));
    }

    [Theory]
    [InlineData("""["a"]""", "does not start with '{'")]
    [InlineData("", "does not start with '{'")]
    [InlineData("""{"a":""", "not valid JSON")]
    [InlineData("""{} {}""", "not valid JSON")]
    [InlineData("""{"\ud800":{}}""", "not valid JSON")]
    [InlineData("""{"a":3}""", "a is not a JSON object")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""", "names a twice")]
    [InlineData("""{"__metadata__":{"k":1}}""", "holds k, which is not a string")]
    [InlineData("""{"__metadata__":{"k":"1","k":"1"}}""", "names k twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1}}""", "tensor a has the field more")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "tensor a has the field dtype twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4]}}""", "tensor a needs dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[4],"data_offsets":[0,4]}}""", "tensor a has dtype Q4")]
    [InlineData("""{"a":{"dtype":8,"shape":[4],"data_offsets":[0,4]}}""", "dtype that is not a string")]
    [InlineData("""{"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}""", "shape that is not a list")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", "entry 0 is not a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}""", "entry 0 is not a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]}}""", "entry 0 is not a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":["4"],"data_offsets":[0,4]}}""", "entry 0 is not a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "more than any file holds")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,4]}}""", "more than any file holds")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", "data_offsets [4, 0]")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}""", "data_offsets [0, 4, 4]")]
    [InlineData("""{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,4]}}""", "tensor a at data offset 0 has shape [4] of F16, which takes 8 bytes, but 4")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "tensor b at data offset 2 overlaps tensor a")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "tensor b at data offset 2 leaves a hole behind tensor a")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "tensor a at data offset 1 leaves a hole behind the start")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "tensor a at data offset 0 ends at 5, but there are only 4 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "1 bytes from data offset 3, behind tensor a, belong to no tensor")]
    [InlineData("""{}""", "4 bytes from data offset 0")]
    public void Open_names_what_is_wrong(string header, string problem) => Refused(Raw(header, 1, 2, 3, 4), problem);

    [Fact]
    public void Open_refuses_more_than_64_dimensions() => Refused(
        Raw("""{"a":{"dtype":"U8","shape":[1""" + string.Concat(Enumerable.Repeat(",1", 64)) + """],"data_offsets":[0,1]}}""", 1), "more than 64 entries");

    [Fact]
    public void Open_refuses_invalid_utf8() => Refused(Raw([(byte)'{', (byte)'"', 0xFF, (byte)'"'], []), "not valid UTF-8");

    [Theory]
    [InlineData("01 02 03", "3 bytes are no safetensors file")]
    [InlineData("01E1F505 00000000", "header length is 100000001; the most is 100000000")]
    [InlineData("FFFFFFFF FFFFFFFF", "header length is 18446744073709551615")]
    [InlineData("03000000 00000000 7B7D", "header length is 3, but only 2 bytes follow")]
    public void Open_refuses_wrong_header_lengths(string hex, string problem) =>
        Refused(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), problem);

    [Fact]
    public void Read_names_a_file_that_became_shorter()
    {
        var stream = new MemoryStream();
        stream.Write(Of(("a", "U8", [4], [1, 2, 3, 4])));
        var file = SafetensorsFile.Open(stream, "test.safetensors");
        stream.SetLength(stream.Length - 1);
        Assert.Contains("ends inside tensor a", Assert.Throws<InvalidModelException>(() => Data(file, "a")).Message);
    }

    [Fact]
    public void Write_pads_the_header_with_spaces()
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [new("ü", SafetensorsType.U8, [3], 3, s => s.Write([7, 8, 9]))], new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" }, TestContext.Current.CancellationToken);
        string header = """{"__metadata__":{"a":"2","z":"1"},"ü":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""";
        Assert.Equal(87, Encoding.UTF8.GetByteCount(header));
        Assert.Equal(Raw(header + " ", 7, 8, 9), stream.ToArray());
    }

    [Fact]
    public void Write_refuses_entries_that_do_not_keep_their_word()
    {
        static void Write(params SafetensorsEntry[] entries) => SafetensorsWriter.Write(new MemoryStream(), entries, cancellation: TestContext.Current.CancellationToken);
        var one = new SafetensorsEntry("a", SafetensorsType.U8, [1], 1, s => s.WriteByte(1));
        Write(one);
        Assert.Throws<ArgumentException>(() => Write(one, one));
        Assert.Throws<ArgumentException>(() => Write(one with { Name = "__metadata__" }));
        Assert.Throws<ArgumentException>(() => Write(one with { Shape = [2] }));
        Assert.Throws<ArgumentException>(() => Write(one with { Shape = [long.MaxValue, 2] }));
        Assert.Throws<InvalidOperationException>(() => Write(one with { Write = s => s.Write([1, 2]) }));
        Assert.Throws<InvalidOperationException>(() => Write(one with { Write = _ => { } }));
    }

    private static void Refused(byte[] file, string problem)
    {
        var error = Assert.Throws<InvalidModelException>(() => Open(file));
        Assert.StartsWith("test.safetensors: ", error.Message);
        Assert.Contains(problem, error.Message);
    }
}
