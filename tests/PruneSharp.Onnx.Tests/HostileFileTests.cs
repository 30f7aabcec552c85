using Google.Protobuf;
using PruneSharp.Onnx.Proto;
using static PruneSharp.Onnx.Tests.TestModel;

namespace PruneSharp.Onnx.Tests;

public sealed class HostileFileTests
{
    [Fact]
    public void Every_truncation_is_one_clear_error_or_a_smaller_sound_model()
    {
        byte[] file = File.ReadAllBytes(Inputs.Toys.Single(t => t.EndsWith("se.onnx", StringComparison.Ordinal)));
        int refused = 0;
        for (int length = 0; length < file.Length; length++)
            refused += Survives(file[..length]) ? 0 : 1;
        Assert.True(refused > file.Length * 0.95, $"{refused} of {file.Length} truncations refused");
    }

    [Fact]
    public void Random_mutations_of_real_files_never_crash_or_hang()
    {
        var random = new Random(20260101);
        int refused = 0;
        foreach (string path in Inputs.Toys.Where(t => new FileInfo(t).Length < 30_000))
        {
            byte[] original = File.ReadAllBytes(path);
            for (int round = 0; round < 150; round++)
            {
                byte[] file = (byte[])original.Clone();
                for (int change = random.Next(1, 6); change > 0; change--)
                    Mutate(ref file, random);
                refused += Survives(file) ? 0 : 1;
            }
        }

        Assert.True(refused > 100, $"{refused} mutations refused");
    }

    [Fact]
    public void Random_bytes_are_not_a_model()
    {
        var random = new Random(1);
        for (int round = 0; round < 2000; round++)
        {
            var file = new byte[random.Next(1, 200)];
            random.NextBytes(file);
            Assert.Throws<InvalidModelException>(() => OnnxModel.Of(file, "noise.onnx"));
        }
    }

    [Theory]
    [InlineData("empty", "the file is empty, or no regular file")]
    [InlineData("text", "not ONNX")]
    [InlineData("no graph", "not an ONNX model")]
    public void Files_that_are_no_model_are_named(string kind, string reason)
    {
        using var folder = new TempFolder();
        string path = folder.File("bad.onnx");
        File.WriteAllBytes(path, kind switch
        {
            "empty" => [],
            "text" => "This is a text file that somebody called a model."u8.ToArray(),
            _ => new ModelProto { IrVersion = 8, ProducerName = "x" }.ToByteArray(),
        });
        var error = Assert.Throws<InvalidModelException>(() => OnnxModel.Open(path));
        Assert.Contains(reason, error.Message);
        Assert.StartsWith("bad.onnx: ", error.Message);
    }

    [Fact]
    public void A_length_beyond_the_file_is_refused_before_memory_is_taken()
    {
        // ir_version 8, then a graph that claims 2^60 bytes.
        byte[] file = [8, 8, 7 << 3 | 2, .. WireSplice.Varint(1UL << 60), 1, 2, 3];
        Assert.Contains("claims 1152921504606846976 bytes, but only 3 are left", Assert.Throws<InvalidModelException>(() => OnnxModel.Of(file)).Message);
    }

    [Fact]
    public void Graphs_nested_without_end_are_refused()
    {
        byte[] inner = [];
        for (int depth = 0; depth < 400; depth++)
            inner = Wrap(1, Wrap(5, Wrap(6, inner)));
        byte[] file = [8, 8, .. Wrap(7, inner)];
        Assert.Contains("nested more than", Assert.Throws<InvalidModelException>(() => OnnxModel.Of(file)).Message);

        static byte[] Wrap(int number, byte[] body) => [(byte)(number << 3 | 2), .. WireSplice.Varint((ulong)body.Length), .. body];
    }

    [Fact]
    public void Small_files_cannot_make_the_reader_work_for_long()
    {
        // Each of these took minutes, gigabytes or the stack before it was bounded.
        var chain = new TestModel();
        for (int i = 0; i < 60_000; i++)
            chain.Proto.Functions.Add(new FunctionProto { Name = $"f{i}", Domain = "d", Node = { new NodeProto { OpType = $"f{i + 1}", Domain = "d" } } });
        chain.Proto.Graph.Node.Add(new NodeProto { OpType = "f0", Domain = "d" });
        Assert.Contains("call each other", Assert.Throws<InvalidModelException>(chain.Weights).Message);

        var doubling = new TestModel();
        for (int i = 0; i < 22; i++)
            doubling.Proto.Functions.Add(new FunctionProto { Name = $"f{i}", Domain = "d", Input = { "a" }, Node = { Call(i + 1), Call(i + 1) } });
        var wide = new NodeProto { OpType = "Sum", Input = { Enumerable.Repeat("a", 1000) } };
        doubling.Proto.Functions.Add(new FunctionProto { Name = "f22", Domain = "d", Input = { "a" }, Node = { wide } });
        doubling.Initializer(Floats("w", Ramp(4), 4)).Proto.Graph.Node.Add(new NodeProto { OpType = "f0", Domain = "d", Input = { "w" } });
        Assert.Contains("expand to more than", Assert.Throws<InvalidModelException>(doubling.Weights).Message);

        var same = new TestModel();
        for (int i = 0; i < 60_000; i++)
            same.Initializer(new TensorProto { DataType = 1, Dims = { 0 } });
        Assert.Equal(60_000, same.Weights().Skipped.Select(t => t.Name).Distinct().Count());

        var manyInputs = new TestModel().Initializer(Floats("w", Ramp(4), 4)).Node("Identity", [.. Enumerable.Repeat("w", 300_000)]);
        Assert.Single(manyInputs.Weights().Skipped);

        var axes = Ints("axes", [.. Enumerable.Repeat(0L, 1_500_000)]);
        Assert.Single(new TestModel().Initializer(Floats("w", Ramp(4), 4)).Node("Unsqueeze", ["w"], axes).Weights().Skipped);

        var deep = new TestModel().Initializer(new TensorProto { Name = "w", DataType = 1, Dims = { Enumerable.Repeat(1L, 300_000) }, RawData = ByteString.CopyFrom(new byte[4]) });
        for (int i = 0; i < 60_000; i++)
            deep.Node("Identity", ["w"]);
        Assert.Single(deep.Weights().Skipped);

        static NodeProto Call(int function) => new() { OpType = $"f{function}", Domain = "d", Input = { "a" }, Output = { "y" } };
    }

    [Fact]
    public void Unparsed_metadata_does_not_confuse_provenance()
    {
        using var folder = new TempFolder();
        var test = new TestModel().Initializer(Floats("w", Ramp(8), 2, 4)).Node("MatMul", ["x", "w"]);
        test.Proto.MetadataProps.Add([new StringStringEntryProto { Key = "long", Value = new string('x', 65 << 20) }, new StringStringEntryProto { Key = "prunesharp.old", Value = "1" }]);
        OnnxPruner.Prune(test.Save(folder), folder.File("out.onnx"), new() { Amount = 0.5 });
        var kept = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder.File("out.onnx"))).MetadataProps.Select(p => p.Key).ToList();
        Assert.Contains("long", kept);
        Assert.DoesNotContain("prunesharp.old", kept);
    }

    [Fact]
    public void A_link_to_a_path_through_another_link_does_not_lead_out()
    {
        using TempFolder folder = new(), outside = new();
        File.WriteAllBytes(outside.File("secret.bin"), new byte[32]);
        Directory.CreateSymbolicLink(folder.File("sub"), outside.Path);
        File.CreateSymbolicLink(folder.File("w.bin"), "sub/secret.bin");
        File.CreateSymbolicLink(folder.File("circle.bin"), "circle.bin");
        foreach (string location in new[] { "w.bin", "circle.bin", string.Concat(Enumerable.Repeat("a/", 65_000)) + "b" })
        {
            var tensor = new TensorProto { Name = "w", DataType = 1, Dims = { 2, 4 }, DataLocation = TensorProto.Types.DataLocation.External };
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
            string input = new TestModel().Initializer(tensor).Node("MatMul", ["x", "w"]).Save(folder);
            var error = Assert.ThrowsAny<Exception>(() => OnnxPruner.Prune(input, null, new() { Amount = 0.5 }, new() { DryRun = true }));
            Assert.True(error is InvalidModelException or IOException, error.ToString());
            Assert.True(error.Message.Length < 500);
        }
    }

    [Fact]
    public void A_model_from_memory_has_no_external_data()
    {
        var tensor = new TensorProto { Name = "w", DataType = 1, Dims = { 2, 4 }, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "w.bin" });
        Assert.Contains("read from memory", Assert.Throws<InvalidModelException>(new TestModel().Initializer(tensor).Node("MatMul", ["x", "w"]).Weights).Message);
    }

    [Theory]
    [InlineData(new long[] { 4, 9 }, "raw_data hold 128")]
    [InlineData(new long[] { -1, 8 }, "impossible shape")]
    [InlineData(new long[] { 1L << 40, 1L << 40 }, "impossible shape")]
    [InlineData(new long[] { 1L << 50 }, "raw_data hold 128")]
    public void Values_that_do_not_fit_their_shape_name_the_tensor(long[] dims, string reason)
    {
        var test = new TestModel().Initializer(Floats("conv1.weight", Ramp(32), dims)).Node("MatMul", ["x", "conv1.weight"]);
        var error = Assert.Throws<InvalidModelException>(test.Weights);
        Assert.Contains("tensor conv1.weight", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Values_given_twice_are_refused()
    {
        var tensor = Floats("w", Ramp(8), 2, 4);
        tensor.FloatData.Add(Ramp(8));
        Assert.Contains("twice", Assert.Throws<InvalidModelException>(new TestModel().Initializer(tensor).Node("MatMul", ["x", "w"]).Weights).Message);
    }

    [Theory]
    [InlineData("../secret.bin", "0", "plain path")]
    [InlineData("/etc/passwd", "0", "plain path")]
    [InlineData("a/../../b", "0", "plain path")]
    [InlineData("link.bin", "0", "through a link")]
    [InlineData("folder/w.bin", "0", "through a link")]
    [InlineData("missing.bin", "0", "cannot be read")]
    [InlineData("pipe.bin", "0", "no regular file")]
    [InlineData("zero.bin", "0", "through a link")]
    [InlineData("short.bin", "0", "needs bytes 0 to 32")]
    [InlineData("short.bin", "-5", "not a number of bytes")]
    [InlineData("short.bin", "9223372036854775807", "needs bytes")]
    [InlineData("", "0", "plain path")]
    public void External_data_stays_in_its_folder_and_file(string location, string offset, string reason)
    {
        using TempFolder folder = new(), outside = new();
        File.WriteAllBytes(outside.File("w.bin"), new byte[100]);
        File.CreateSymbolicLink(folder.File("link.bin"), outside.File("w.bin"));
        Directory.CreateSymbolicLink(folder.File("folder"), outside.Path);
        File.WriteAllBytes(folder.File("short.bin"), new byte[10]);
        File.CreateSymbolicLink(folder.File("zero.bin"), "/dev/zero");
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [folder.File("pipe.bin")]))
            pipe.WaitForExit();
        var tensor = new TensorProto { Name = "w", DataType = 1, Dims = { 2, 4 }, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add([new StringStringEntryProto { Key = "location", Value = location }, new StringStringEntryProto { Key = "offset", Value = offset }]);
        string input = new TestModel().Initializer(tensor).Node("MatMul", ["x", "w"]).Save(folder);
        var error = Assert.Throws<InvalidModelException>(() => OnnxPruner.Prune(input, folder.File("out.onnx"), new() { Amount = 0.5 }));
        Assert.Contains(reason, error.Message);
        Assert.Equal(6, folder.Names().Length);
    }

    [Fact]
    public void A_file_in_the_same_folder_behind_a_link_is_fine()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("real.bin"), new byte[32]);
        File.CreateSymbolicLink(folder.File("link.bin"), folder.File("real.bin"));
        var tensor = new TensorProto { Name = "w", DataType = 1, Dims = { 2, 4 }, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "link.bin" });
        string input = new TestModel().Initializer(tensor).Node("MatMul", ["x", "w"]).Save(folder);
        Assert.Equal(8, OnnxPruner.Prune(input, null, new() { Amount = 0.5 }, new() { DryRun = true }).Parameters);
    }

    // True: the file was read, false: refused by the one exception there is for that.
    private static bool Survives(byte[] file)
    {
        try
        {
            using var model = OnnxModel.Of(file, "mutant.onnx");
            foreach (var weight in ModelWeights.Of(model).Prunable)
                _ = ZeroCount.Of(weight.Weights.Data);
            return true;
        }
        catch (InvalidModelException error)
        {
            Assert.StartsWith("mutant.onnx: ", error.Message);
            return false;
        }
    }

    private static void Mutate(ref byte[] file, Random random)
    {
        int at = random.Next(file.Length);
        switch (random.Next(5))
        {
            case 0: file[at] = (byte)random.Next(256); break;
            case 1: file[at] ^= (byte)(1 << random.Next(8)); break;
            case 2: file.AsSpan(at, Math.Min(10, file.Length - at)).Fill(255); break;
            case 3: file = [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(20))..]]; break;
            default: file = [.. file[..at], .. file[random.Next(file.Length)..]]; break;
        }

        if (file.Length == 0)
            file = [0];
    }
}
