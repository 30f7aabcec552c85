using static TorchSharp.torch;

namespace PruneSharp.Torch.Tests;

public sealed class HostileCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Saved => _folder["run.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_cut_off_anywhere_changes_nothing()
    {
        using var trainee = new Trainee(1);
        trainee.Train(4);
        trainee.Pruner.save(Saved);
        byte[] whole = File.ReadAllBytes(Saved);
        var before = trainee.Bits;
        for (int length = 0; length < whole.Length; length += 1 + whole.Length / 60)
        {
            File.WriteAllBytes(Saved, whole[..length]);
            Assert.Throws<InvalidModelException>(() => trainee.Pruner.load(Saved));
        }

        Trainee.AssertSame(before, trainee.Bits);
        Assert.Equal(4, trainee.Pruner.StepCount);
    }

    [Theory]
    [InlineData("no checkpoint", null, null)]
    [InlineData("has version 2", "\"version\":1", "\"version\":2")]
    [InlineData("stepCount is -1", "\"stepCount\":4", "\"stepCount\":-1")]
    [InlineData("cannot be used", "\"stepCount\":4", "\"stepCount\":1e99")]
    [InlineData("cannot be used", "\"stepCount\":4,", "")]
    [InlineData("cannot be used", "\"version\":1,", "")]
    [InlineData("holds null", "\"0.weight\",\"4.weight\"", "null")]
    [InlineData("cannot be used", "{", "[")]
    [InlineData("expected a value of type Int64", "\"numbers\":{\"step\":\"4\"}", "\"numbers\":{\"step\":\"4.5\"}")]
    [InlineData("step is -4; expected", "\"numbers\":{\"step\":\"4\"}", "\"numbers\":{\"step\":\"-4\"}")]
    [InlineData("LearningRate is NaN; expected", "\"LearningRate\":\"0.01\"", "\"LearningRate\":\"NaN\"")]
    [InlineData("has the numbers step", "\"numbers\":{\"step\":\"4\"}", "\"numbers\":{}")]
    [InlineData("there is no optimizer.0.exp_avg", "\"exp_avg\",", "")]
    public void A_lying_header_is_refused(string expected, string? text, string? lie) => AssertInvalid(expected, metadata =>
    {
        if (text is null)
            metadata.Clear();
        else
            Assert.NotEqual(metadata["prunesharp.checkpoint"], metadata["prunesharp.checkpoint"] = metadata["prunesharp.checkpoint"].Replace(text, lie, StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("layer.0.mask", "other values than 0 and 1", 0x3f)]
    [InlineData("layer.1.mask", "other values than 0 and 1", 0xff)]
    [InlineData("model.0.weight", "NaN or infinity", 0xff)]
    [InlineData("optimizer.1.exp_avg_sq", "NaN or infinity", 0xff)]
    [InlineData("random.cpu", "no state of torch's random numbers", 0xff)]
    public void Lying_values_are_refused(string name, string expected, byte value) => AssertInvalid(expected, change: (tensor, bytes) =>
    {
        if (tensor == name)
            Array.Fill(bytes, value);
        return tensor;
    });

    [Theory]
    [InlineData("optimizer.1.exp_avg_sq", "tensor optimizer.1.exp_avg_sq is missing")]
    [InlineData("random.cpu", "tensor random.cpu is missing")]
    public void A_tensor_of_another_name_is_refused(string name, string expected) => AssertInvalid(expected, change: (tensor, _) => tensor == name ? "x" : tensor);

    [Fact]
    public void A_missing_tensor_is_refused() => AssertInvalid("it says that there are", change: (tensor, _) => tensor == "layer.0.mask" ? null : tensor);

    private void AssertInvalid(string expected, Action<Dictionary<string, string>>? lie = null, Func<string, byte[], string?>? change = null)
    {
        using var trainee = new Trainee(1);
        trainee.Train(4);
        trainee.Pruner.save(Saved);
        Rewrite(lie, change);
        using var other = new Trainee(2);
        other.Train(2);
        var before = other.Bits;
        var random = get_rng_state().bytes.ToArray();
        Assert.Contains(expected, Assert.Throws<InvalidModelException>(() => other.Pruner.load(Saved)).Message);
        Trainee.AssertSame(before, other.Bits);
        Assert.Equal((2, 2), (other.Pruner.StepCount, other.Pruner.LearningRateStep));
        Assert.Equal(random, get_rng_state().bytes.ToArray());
    }

    private void Rewrite(Action<Dictionary<string, string>>? lie, Func<string, byte[], string?>? change)
    {
        var entries = new List<SafetensorsEntry>();
        Dictionary<string, string> metadata;
        using (var stream = File.OpenRead(Saved))
        {
            var file = SafetensorsFile.Open(stream, "test");
            metadata = new(file.Metadata);
            foreach (var tensor in file.Tensors)
            {
                var bytes = new byte[tensor.Bytes];
                file.Read(tensor, 0, bytes);
                if ((change is null ? tensor.Name : change(tensor.Name, bytes)) is { } name)
                    entries.Add(new(name, tensor.Type, tensor.Shape, tensor.Bytes, s => s.Write(bytes)));
            }
        }

        lie?.Invoke(metadata);
        using var output = File.Create(Saved);
        SafetensorsWriter.Write(output, entries, metadata);
    }
}
