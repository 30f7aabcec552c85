using static PruneSharp.Tests.PyTorchBytes;

namespace PruneSharp.Tests;

public sealed class PickleAttackTests
{
    [Theory]
    [InlineData("os system", "wants to call os.system; only tensors are read")]
    [InlineData("builtins eval", "builtins.eval")]
    [InlineData("__builtin__ exec", "__builtin__.exec")]
    [InlineData("torch load", "torch.load")]
    [InlineData("torch._utils _rebuild_tensor", "torch._utils._rebuild_tensor;")]
    [InlineData("torch QInt8Storage", "torch.QInt8Storage")]
    [InlineData("torch.storage UntypedStorage", "torch.storage.UntypedStorage")]
    [InlineData("numpy.core.multiarray scalar", "numpy.core.multiarray.scalar")]
    public void Open_refuses_calls_by_their_name(string name, string problem)
    {
        Refused(problem, Global(name), Tuple(Text("true")), Code("R"));
        Refused(problem, Global(name));
    }

    [Theory]
    [InlineData("", "takes a value that is not there")]
    [InlineData("R", "takes a value that is not there")]
    [InlineData("}(R", "takes a value that is not there")]
    [InlineData("}(.", "takes a value that is not there")]
    [InlineData("t", "mark that is not there")]
    [InlineData("(u", "not a dictionary|what is no dictionary|remembers a value that is not there")]
    [InlineData("K\u0001K\u0001s", "remembers a value")]
    [InlineData("NK\u0001K\u0001s", "what is no dictionary")]
    [InlineData("}(K\u0001u", "a key without a value")]
    [InlineData("}(NNe", "what is no list")]
    [InlineData("h\u0005", "recalls value 5")]
    [InlineData("j\u00ff\u00ff\u00ff\u00ff", "recalls value 4294967295")]
    [InlineData("q\u0001", "remembers a value that is not there")]
    [InlineData("}}b", "attributes of what is no OrderedDict")]
    [InlineData("})R", "calls what is no function")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ff", "ends inside a value")]
    [InlineData("X\u0002\u0000\u0000\u0000\u00c3\u0028", "not valid UTF-8")]
    [InlineData("cos", "ends inside a value")]
    [InlineData("S'x'\n", "instruction 0x53")]
    [InlineData("\u0095", "instruction 0x95")]
    [InlineData("]", "the file holds a list; expected a dictionary")]
    [InlineData("N", "the file holds no dictionary")]
    [InlineData("NQ", "no storage of tensors")]
    [InlineData("(t(tR", "calls what is no function")]
    public void Open_refuses_pickles_that_make_no_sense(string code, string problems)
    {
        string message = Assert.Throws<InvalidModelException>(() => Open(Of(Code(code)))).Message;
        Assert.Contains(problems.Split('|'), p => message.Contains(p, StringComparison.Ordinal));
    }

    public static TheoryData<string, byte[]> Tensors() => new()
    {
        { "outside its storage of 6 elements", Tensor(Storage(), 0, [7], [1]) },
        { "outside its storage", Tensor(Storage(), 1, [6], [1]) },
        { "outside its storage", Tensor(Storage(), 0, [2], [6]) },
        { "outside its storage", Tensor(Storage(), -1, [2], [1]) },
        { "outside its storage", Tensor(Storage(), long.MaxValue, [1], [1]) },
        { "larger than any file", Tensor(Storage(), 0, [long.MaxValue, 2], [0, 0]) },
        { "larger than any file", Tensor(Storage(), 0, [1L << 62, 0, 1L << 62], [0, 0, 0]) },
        { "larger than any file", Tensor(Storage(), 0, [3], [long.MaxValue]) },
        { "larger than any file", Tensor(Storage(), long.MaxValue, [2], [1]) },
        { "views that take 4398046511104 bytes", Tensor(Storage(), 0, [1L << 40], [0]) },
        { "one stride for each dimension", Tensor(Storage(), 0, [6], []) },
        { "shape is no tuple", Tensor(Storage(), 0, [-1], [1]) },
        { "stride is no tuple", Tensor(Storage(), 0, [2], [-1]) },
        { "shape is no tuple of at most 64", Tensor(Storage(), 0, [.. Enumerable.Repeat(1L, 65)], [1]) },
        { "conjugate", Tensor(Storage(), 0, [6], [1], Dict(Text("conj"), [0x88])) },
        { "data/0 should hold 7 elements of float32, but has 24 bytes", Tensor(Storage(length: 7), 0, [6], [1]) },
        { "data/0 should hold -1 elements", Tensor(Storage(length: -1), 0, [6], [1]) },
        { "data/0 should hold 4611686018427387910 elements", Tensor(Storage(length: (1L << 62) + 6), 0, [6], [1]) },
        { "data/../data.pkl is not in the file", Tensor(Storage(key: "../data.pkl"), 0, [6], [1]) },
        { "no storage of tensors", Tensor(Tuple(Text("storage"), Code("NNNNQ")), 0, [6], [1]) },
        { "_rebuild_tensor_v2 is called with 1 arguments", [.. Global("torch._utils _rebuild_tensor_v2"), .. Tuple(Storage()), (byte)'R'] },
        { "_rebuild_parameter is called with 3 arguments", [.. Global("torch._utils _rebuild_parameter"), .. Tuple(Storage(), Code("N"), Code("N")), (byte)'R'] },
        { "OrderedDict is called with 1 arguments", [.. Global("collections OrderedDict"), .. Tuple(Storage()), (byte)'R'] },
        { "calls what is no function", [.. Global("torch FloatStorage"), .. Tuple(), (byte)'R'] },
    };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void Open_refuses_tensors_that_are_not_there(string problem, byte[] tensor) => Refused(problem, Dict(Text("a"), tensor));

    [Fact]
    public void Open_takes_missing_storages_without_elements()
    {
        var file = Open(Of(Dict(Text("a"), Tensor(Storage(key: "9", length: 0), 0, [0, 5], [5, 1]))));
        Assert.Equal(0, file.Find("a")!.Bytes);
    }

    [Fact]
    public void Open_refuses_names_that_are_not_unique()
    {
        Refused("has the key a twice", Dict(Text("a"), Six, Text("a"), Six));
        Refused("has the key 1 twice", Dict(Text("1"), Six, Long(1), Six));
        Refused("two tensors have the name a.b", Dict(Text("a.b"), Six, Text("a"), Dict(Text("b"), Six)));
        Refused("has no name", Dict(Code("N"), Six));
        Assert.Single(Open(Of(Dict(Code("N"), Code("N"), Code("N"), Code("N"), Text("a"), Six))).Tensors);
    }

    [Fact]
    public void Open_refuses_values_that_hold_themselves_or_nest_too_deep()
    {
        Refused("nested more than 64 deep, or hold themselves", Code("}q\0"), Text("a"), Code("h\0s"), Text(new string('x', 200)), Code("Ns"));
        Refused("nested more than 64 deep", [.. Enumerable.Repeat((byte)']', 100_000)], [.. Enumerable.Repeat((byte)'a', 99_999)], Code("q\0}"), Text("a"), Code("h\0s"));
        Refused("nested more than 64 deep", [.. Enumerable.Repeat(Code("}X\u0001\0\0\0a"), 100).SelectMany(b => b)], Code("N"), [.. Enumerable.Repeat((byte)'s', 100)]);
    }

    [Fact]
    public void Open_refuses_values_that_multiply()
    {
        // Each list holds the one before twice: 2^40 values of 200 bytes.
        byte[] laughs = [.. Enumerable.Range(0, 40).SelectMany(i => (byte[])[.. Code("]("), (byte)'h', (byte)i, (byte)'h', (byte)i, (byte)'e', (byte)'q', (byte)(i + 1)])];
        Refused("multiply beyond all measure", Code("]q\0"), laughs, Code("}"), Text("a"), Code("h\u0028s"));

        // A long key and many tensors under it would make names without end.
        byte[] tensors = [.. Enumerable.Range(0, 100).SelectMany(i => (byte[])[.. Text($"{i}"), (byte)'h', 0])];
        Refused("multiply beyond all measure", Six, Code("q\0"), Dict(Text(new string('x', 100_000)), Dict(tensors)));

        // As would many dictionaries that share a long key, in time.
        byte[] dicts = [.. Enumerable.Repeat(Code("}h\0Ns"), 10_000).SelectMany(b => b)];
        Refused("multiply beyond all measure", Text(new string('x', 100_000)), Code("q\0"), Dict(Text("a"), Tuple(dicts)));
    }

    [Fact]
    public void Open_refuses_long_keys_of_storages() =>
        Refused($"data/{new string('x', 120)}… is not in the file", Dict(Text("a"), Tensor(Storage(key: new string('x', 257)), 0, [6], [1])));

    [Fact]
    public void Open_survives_every_change_of_a_pickle()
    {
        byte[] pickle = [.. Dict(Text("a"), Tensor(Storage(), 0, [2, 3], [3, 1]), Text("b"), Six, Text("c"), Code("](K\u0001M\u0001\u0001J\0\0\0\0G\0\0\0\0\0\0\0\0e"))];
        for (int i = 0; i < pickle.Length; i++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7F, 0xFF, (byte)'h', (byte)'R', (byte)'(', (byte)(pickle[i] ^ 1), (byte)(pickle[i] ^ 0x80)])
            {
                byte[] changed = [.. pickle];
                changed[i] = value;
                Survives(Of(changed));
            }

            Survives(Of(pickle[..i]));
            Survives(Of([.. pickle[..i], .. pickle[(i + 1)..]]));
        }
    }

    private static void Survives(byte[] file)
    {
        try
        {
            var opened = Open(file);
            foreach (var tensor in opened.Tensors)
                Data(opened, tensor.Name);
        }
        catch (InvalidModelException)
        {
            // Refused, as most are.
        }
    }

    private static void Refused(string problem, params byte[][] pickle)
    {
        var error = Assert.Throws<InvalidModelException>(() => Open(Of(pickle)));
        Assert.StartsWith("test.pt: ", error.Message);
        Assert.Contains(problem, error.Message);
        Assert.True(error.Message.Length < 1000);
    }
}
